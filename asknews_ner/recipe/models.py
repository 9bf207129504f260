"""Slices of the recipe for the dataset and the models."""

from typing import Literal

from pydantic import Field

from asknews_ner.recipe.base import Frozen, Positive, Share

Unspaced = Literal["icu", "characters"]
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


class EvaluateParams(Frozen):
    """Scores."""

    threshold: Share
    bootstrap_samples: Positive
    batch_size: Positive
    template_sentences: int = Field(ge=0, description="held-out template sentences to score on; for bases trained on templates")
