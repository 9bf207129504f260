"""Slices of the recipe for the dataset and the models."""

from typing import Literal

from pydantic import Field

from asknews_ner.recipe.base import Frozen, Positive, Share

Unspaced = Literal["icu", "characters"]
Size = Literal["laptop", "small", "medium", "large"]
SIZES: tuple[Size, ...] = ("laptop", "small", "medium", "large")
"""Sizes of models: one trained on a laptop, and GLiNER's three."""
Occurrences = Literal["all", "first", "as_labelled"]


class LabelNeighbourParams(Frozen):
    """Labels that no name or synonym of the ontology is: which of them mean a type all the same."""

    min_cosine: Share | None = Field(description="to the nearest type in the space of `embed.encoder`; null: no label is read so")
    definitions: bool = Field(description="whether a label is compared with `name: definition` of each type as well")


class RareTypeParams(Frozen):
    """Types with few spans in the training split."""

    min_spans: int = Field(ge=0, description="a type with fewer spans in the training split is rare; 0: none is")
    action: Literal["keep", "merge_into_parent", "drop"] = Field(
        description="what happens to the spans of rare types, in all splits; a type without a parent type stays where they are merged"
    )


class DatasetParams(Frozen):
    """Labels → examples → splits."""

    ontology: str = Field(description="file of the ontology: one that is shipped in dataset/ by its name, or any YAML file by its path")
    unknown_labels: Literal["keep", "drop"] = Field(
        description="labels that the ontology does not know: kept as new types, or lost with a reason; listed in any case"
    )
    label_neighbours: LabelNeighbourParams
    rare_types: RareTypeParams
    unspaced: Unspaced = Field(description="how scripts without blanks are cut into words: ICU's dictionaries, or every character a word")
    occurrences: Occurrences = Field(
        description="which occurrences of a labelled surface are marked; `as_labelled`: as many as it is listed"
    )
    max_edits: float = Field(ge=0, le=0.3, description="edits allowed where a surface is not in the text, as a share of its characters")
    max_words: Positive = Field(description="longer texts are rejected with a reason, never cut silently")
    max_span_words: Positive = Field(description="longer spans are dropped and counted")
    min_words: Positive
    split_by: Literal["window", "topic", "publisher", "country"] = Field(
        description="unit that is never divided between splits; by `window`, in order of time. Whatever the unit, a story, a group of "
        "copies and near-duplicates stand in one split"
    )
    validation_share: Share
    test_share: Share


class EncoderFitParams(Frozen):
    """What the base model may fail to read of the dataset, in any language, before training is refused."""

    max_lost_share: Share = Field(description="entities lost to the width of spans and the length of texts")
    max_unknown_share: Share = Field(description="words that the encoder's vocabulary cannot spell")


class ReleaseParams(Frozen):
    """The dataset as others get it."""

    licence: str = Field(description="of labels and files; the licences of the articles are their publishers'")
    shard_examples: Positive = Field(description="at most so many examples in one Parquet file")
    watts: float | None = Field(gt=0, description="mean power of the machine at work, to estimate energy from seconds; empty: not known")


class GateParams(Frozen):
    """How much a model may forget. Compared are tuned and base, on the same sentences, on every benchmark but the dataset's own."""

    max_fall: Share = Field(description="the tuned model's micro-F1 may lie this far below its base's, and no further, on any benchmark")
    min_gold: Positive = Field(description="benchmarks with fewer gold entities are shown and do not count: one entity moves them too far")


class EvaluateParams(Frozen):
    """Scores."""

    threshold: Share
    label_case: Literal["as_written", "lower"] = Field(
        description="types as the sets write them (GLiNER's evaluation of May 2024) or in lower case (its present one)"
    )
    bootstrap_samples: Positive
    exchanges: Positive = Field(
        description="random exchanges of two models' predictions for a p-value, which is at least 1 / (exchanges + 1)"
    )
    group_entities: Positive = Field(description="gold entities without which a language, type or script cannot be the worst group")
    batch_size: Positive = Field(description="most sentences in a batch; changes nothing but speed")
    batch_words: Positive = Field(description="most words in a batch, padding included; changes nothing but speed and memory")
    precision: Literal["float32", "bfloat16"] = Field(
        description="of the weights while scoring; bfloat16 moves few spans across the threshold"
    )
    template_sentences: int = Field(ge=0, description="held-out template sentences to score on; for bases trained on templates")
    benchmark_sets: tuple[str, ...] | None = Field(
        description="names of folders in the user's benchmark folder, or of the paper's sets, to score on; empty: all that are found"
    )
    benchmark_sentences: Positive | None = Field(
        description="at most so many sentences of each of these sets, drawn with the seed; empty: all"
    )
    benchmark_hub: bool = Field(
        description="whether the paper's sets that are not in the folder are fetched from the hub, where the registry knows their dataset"
    )
    gate: GateParams


class PredictParams(Frozen):
    """Entities in texts of any length (`asknews-ner predict`)."""

    window_words: Positive = Field(
        description="words of a window of a long text, if the model reads as many; best about as many as its training texts have"
    )
    overlap_words: Positive = Field(
        description="words that two windows of a long text share at least; never less than the widest span that the model can propose"
    )
    longest_word: Positive = Field(
        description="characters of a word that the model is shown: an address of a thousand would push all other words out of the window"
    )
    onnx_tolerance: float = Field(
        gt=0, description="an exported model is refused if the score of any span of the probe texts differs by more from PyTorch's"
    )


class TokenClassifierParams(Frozen):
    """The other architecture: an encoder with one class for each word, trained on the same dataset."""

    encoder: str = Field(description="hub name or folder of any encoder with a fast tokenizer; `minilm` for the packaged one")
    revision: str | None
    epochs: Positive
    steps: int = Field(ge=0, description="stop after so many steps; 0: after the epochs")
    batch_size: Positive
    learning_rate: float = Field(gt=0, description="of the encoder")
    head_learning_rate: float = Field(gt=0, description="of the new classification layer")
    weight_decay: float = Field(ge=0)
    warmup_share: Share = Field(description="share of the steps in which the rates rise; then they fall linearly to 0")
    max_pieces: Positive = Field(description="subword pieces of a text, special ones among them; what stands behind is cut and counted")
    freeze_word_embeddings: bool
