"""Slice of the recipe for the report on semantic fidelity."""

from pydantic import Field

from asknews_ner.recipe.base import Frozen, Positive, Share


class FidelityWeights(Frozen):
    """Weights of a logistic regression: what speaks for a fault in a summary. Fitted by benchmarks/fidelity.py, which prints them."""

    intercept: float
    foreign_names: float = Field(description="of the share of the summary's names that the article lacks")
    foreign_numbers: float = Field(description="of how many of its numbers the article lacks, two at most")
    foreign_number_share: float = Field(description="of their share")
    lost_share: float = Field(description="of the share of mentions, in the whole article, of names in its opening that the summary lacks")
    lost_most_said: float = Field(description="of ln(1 + mentions) of the most mentioned name among these")
    other_language: float = Field(description="of a summary that is in another language than it should be (1, else 0)")


class CrossEncoderParams(Frozen):
    """A model for natural language inference that says whether a summary contradicts its article."""

    model: str = Field(description="hub name or folder of a cross-encoder; empty: no such signal")
    revision: str | None
    languages: tuple[str, ...] = Field(description="languages that it knows; other pairs are left out")
    batch_size: Positive


class FidelityEncoderParams(Frozen):
    """The encoder for the cosine of article and summary."""

    encoder: str = Field(
        description="Sentence Transformers model by hub name or folder; empty: that of `embed`, which may know English only"
    )
    revision: str | None
    languages: tuple[str, ...] = Field(description="languages that it knows; with an empty encoder those of `embed`")


class RaterParams(Frozen):
    """The sheet for people."""

    pairs: int = Field(ge=0, description="pairs on the sheet: half drawn by hash over all, half those of the highest risk")
    seed: int
    bootstrap_samples: Positive


class FidelityReportParams(Frozen):
    """How summaries are held against their sources."""

    opening_characters: Positive = Field(description="of the article, title included, whose names a summary should have")
    weights: FidelityWeights
    suspect_from: Share = Field(description="risk from which a summary counts as suspect")
    least_group: Positive = Field(description="smaller groups are not shown beside the whole; they stand in the table")
    worst: int = Field(ge=0, description="pairs shown side by side")
    confidence: float = Field(gt=0, lt=1, description="of all intervals")
    similarity: bool = Field(description="embed article and summary where the encoder knows both languages")
    encoder: FidelityEncoderParams
    contradiction: CrossEncoderParams
    raters: RaterParams
