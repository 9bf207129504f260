"""Slices of the recipe for training: the base model, and fine-tuning."""

from typing import Literal

from pydantic import Field, model_validator

from asknews_ner.recipe.base import Frozen, Positive, Share

Metric = Literal["validation_loss", "validation_f1"]


class LoopParams(Frozen):
    """How the training loop runs: what it costs and how often it speaks, not what is learnt."""

    rows_at_once: Positive | None = Field(
        description="texts of a batch that stand in memory at once; their gradients are summed, so that the step is the whole batch's. "
        "null: all. A batch that does not fit is halved in any case"
    )
    part_tokens: Positive | None = Field(
        description="texts of like length of a batch are read together, so that less is padded, wherever a further part saves more than "
        "this many padded tokens; the step is the whole batch's. null: all texts of a batch at once"
    )
    bucket_batches: Positive = Field(
        description="batches that are drawn at random together and then cut by length, so that little is padded; 1: texts in random order"
    )
    max_gradient_norm: float = Field(gt=0, description="longer gradients are cut to this length (Hugging Face's trainer: 1)")
    checkpoint_steps: Positive | None = Field(description="steps between checkpoints; null: one after every epoch")
    log_steps: Positive
    factored_head: bool = Field(description="span scores by other arithmetic, equal up to rounding (`train/gliner/span_head.py`)")
    short_dropout: bool = Field(description="on a CPU dropout draws 16 bits an element instead of 64 (`train/gliner/short_dropout.py`)")
    padded_lstm: bool = Field(description="on a CPU the LSTM reads padded texts, equal up to rounding (`train/gliner/padded_lstm.py`)")
    precision: Literal["auto", "float32"] = Field(description="`auto`: bfloat16 autocast where the hardware computes it")


class BaseModelParams(Frozen):
    """The model that is tuned."""

    kind: Literal["template-trained", "pretrained"]
    name: str = Field(description="hub name or folder of a GLiNER; `minilm` for the backbone of the template-trained one")
    revision: str | None
    sentences: int = Field(ge=0, description="template sentences, for the template-trained base")
    steps: int = Field(ge=0)
    batch_size: Positive
    encoder_learning_rate: float = Field(gt=0)
    head_learning_rate: float = Field(gt=0)
    weight_decay: float = Field(ge=0)
    warmup_share: Share = Field(description="of the steps, while the rates rise from 0; then they fall to 0 in a line")
    hidden_size: Positive
    max_width: Positive
    freeze_word_embeddings: bool
    focal_alpha: float = Field(description="weight of positives in the focal loss, -1 for plain binary cross-entropy")
    focal_gamma: float = Field(ge=0)
    loop: LoopParams


class NegativeParams(Frozen):
    """Types that a text is shown although it holds none of them."""

    in_batch_ratio: int = Field(
        ge=0, description="types of the other texts of the batch: at most this many for each of the text's entities (GLiNER: 0 or 1, drawn)"
    )
    near: int = Field(ge=0, description="types nearest in meaning to the text's own, in the space of the packaged sentence encoder")


class ReplayParams(Frozen):
    """Texts of another source among the training texts, against forgetting."""

    source: str | None = Field(
        description="folder with train.jsonl(.gz) in GLiNER form and a LICENCE or LICENSE file; `own-sentences`; null: none"
    )
    licence: str | None = Field(description="the folder's licence, as its licence file names it; non-commercial ones are refused")
    share: Share = Field(lt=1, description="of all training texts")


class TuneParams(Frozen):
    """Fine-tuning (paper: AdamW 1e-6, ReduceLROnPlateau, 25 epochs, batch 5)."""

    epochs: Positive
    batch_size: Positive
    encoder_learning_rate: float = Field(gt=0)
    head_learning_rate: float = Field(gt=0)
    weight_decay: float = Field(ge=0)
    plateau_metric: Metric = Field(description="what ReduceLROnPlateau watches, once an epoch")
    plateau_mode: Literal["min", "max"]
    plateau_factor: float = Field(gt=0, lt=1)
    plateau_patience: int = Field(ge=0, description="epochs without a better value that are borne; the next one lowers the rates")
    best_by: Metric = Field(description="which epoch's weights are kept; F1 is micro, exact spans, flat, over all of the split's types")
    early_stopping: Positive | None = Field(description="epochs without a better value of `best_by` after which training ends; null: never")
    validation_threshold: Share
    validation_batch_size: Positive
    max_types: Positive = Field(description="entity types shown to the model per example, positives and negatives")
    max_length: Positive = Field(description="words per example")
    max_unread_share: Share = Field(description="of the training split's spans, that the model may never see; above it training is refused")
    freeze_word_embeddings: bool
    focal_alpha: float = Field(description="weight of positives in the focal loss, -1 for plain binary cross-entropy")
    focal_gamma: float = Field(ge=0)
    negatives: NegativeParams
    replay: ReplayParams
    average_decay: float | None = Field(
        gt=0, lt=1, description="the exponential moving average of the weights is validated and kept instead of the weights; null: not"
    )
    loop: LoopParams

    @model_validator(mode="after")
    def _consistent(self) -> "TuneParams":
        if (self.plateau_metric == "validation_loss") != (self.plateau_mode == "min"):
            raise ValueError("plateau_mode must be `min` with validation_loss and `max` with validation_f1")
        if self.replay.source not in (None, "own-sentences") and self.replay.licence is None:
            raise ValueError("replay.licence must name the licence of replay.source")
        return self
