"""Slices of the recipe for the dataset and the models."""

from typing import Literal

from pydantic import Field

from asknews_ner.recipe.base import Frozen, Positive, Share


class DatasetParams(Frozen):
    """Labels → examples → splits."""

    ontology: str = Field(description="file name of the ontology in dataset/, with its version")
    unknown_labels: Literal["keep", "drop"] = Field(description="labels that the ontology does not know")
    occurrences: Literal["all", "first"] = Field(description="which occurrences of a labelled surface are marked")
    max_words: Positive = Field(description="longer texts are rejected with a reason, never cut silently")
    max_span_words: Positive = Field(description="longer spans are dropped and counted")
    min_words: Positive
    split_by: Literal["window", "topic"] = Field(description="unit that is never divided between splits; noise articles are their own")
    validation_share: Share
    test_share: Share


class ReleaseParams(Frozen):
    """The dataset as others get it."""

    licence: str = Field(description="of labels and files; the licences of the articles are their publishers'")
    shard_examples: Positive = Field(description="at most so many examples in one Parquet file")
    watts: float | None = Field(gt=0, description="mean power of the machine at work, to estimate energy from seconds; empty: not known")


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
    hidden_size: Positive
    max_width: Positive
    freeze_word_embeddings: bool
    focal_alpha: float = Field(description="weight of positives in the focal loss, -1 for plain binary cross-entropy")
    focal_gamma: float = Field(ge=0)


class TuneParams(Frozen):
    """Fine-tuning (paper: AdamW 1e-6, ReduceLROnPlateau, 25 epochs, batch 5)."""

    epochs: Positive
    batch_size: Positive
    encoder_learning_rate: float = Field(gt=0)
    head_learning_rate: float = Field(gt=0)
    weight_decay: float = Field(ge=0)
    plateau_factor: float = Field(gt=0, lt=1)
    plateau_patience: int = Field(ge=0)
    max_types: Positive = Field(description="entity types shown to the model per example, positives and negatives")
    max_length: Positive = Field(description="words per example")
    freeze_word_embeddings: bool
    focal_alpha: float = Field(description="weight of positives in the focal loss, -1 for plain binary cross-entropy")
    focal_gamma: float = Field(ge=0)


class EvaluateParams(Frozen):
    """Scores."""

    threshold: Share
    bootstrap_samples: Positive
    batch_size: Positive
    template_sentences: int = Field(ge=0, description="held-out template sentences to score on; for bases trained on templates")
