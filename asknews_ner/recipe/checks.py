"""The slice of the recipe for checks of finished tables: from where on something is said, and from where on it stops the dataset."""

from pydantic import Field

from asknews_ner.recipe.base import Frozen, Positive, Share


class RejectLimits(Frozen):
    """Largest share of the rows that came into a stage which may leave it for one and the same reason."""

    arrivals: Share
    articles: Share
    clean_articles: Share
    duplicates: Share
    summaries: Share
    entity_labels: Share
    ner_examples: Share


class DriftLimits(Frozen):
    """Largest Jensen-Shannon distance (root of the divergence in bits, 0 to 1) of the dataset's shares to those of the last release."""

    countries: Share
    languages: Share
    types: Share


class TopicLimits(Frozen):
    """From where on topics are called poor."""

    min_silhouette: float = Field(
        ge=-1, le=1, description="mean silhouette of the clustered articles in their windows, by cosine; below 0: in the wrong topic"
    )
    silhouette_articles: Positive = Field(description="articles of a window that it is computed over at most: quadratic")
    max_topic_share: Share = Field(description="of the articles of all windows, for one topic: near 1 nothing was told apart")
    min_persistence: Share = Field(description="median persistence of the topics, where the engine gives any")


class LabelLimits(Frozen):
    """From where on entity types are called confused."""

    max_ambiguous_share: Share = Field(
        description="of the spans whose words are marked more than once, those with another type than most of the same words have"
    )
    max_types_of_words: Positive = Field(description="types that the same words bear")
    max_type_confusion: Share = Field(description="of the spans that people give one type, those that the annotator gave one other type")


class ValidationLimits(Frozen):
    """From where on the validation of a training is called stagnant or declining."""

    judge_from: Positive = Field(description="evaluations; a curve with fewer is shown and not judged")
    patience: Positive = Field(description="evaluations in a row after the best one")
    max_fall: Share = Field(description="of the validation F1, from the best evaluation to the last")


class CheckParams(Frozen):
    """Limits of the asset checks. They shape no row; a blocking check decides whether a dataset goes on and is released."""

    judge_from_rows: Positive = Field(description="shares of fewer rows are shown and not judged")
    examples: Positive = Field(description="faults that a check names at most")
    max_reject_share: RejectLimits
    max_corrected_languages: Share = Field(description="share of the declared languages that the identifier is sure are wrong")
    max_norm_error: float = Field(gt=0, lt=1, description="how far a vector's length may be from 1")
    max_country_share: Share = Field(description="of the sample, for one country")
    min_usable_share: Share = Field(description="of the sentences that a language model was asked for, those that are usable")
    min_aligned_share: Share = Field(description="of the entities that annotators named, those that stand in their text as whole words")
    max_drift: DriftLimits
    topics: TopicLimits
    labels: LabelLimits
    validation: ValidationLimits
