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
