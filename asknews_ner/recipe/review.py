"""Slice of the recipe for human review."""

from typing import Literal

from pydantic import Field, model_validator

from asknews_ner.recipe.base import Frozen, Positive


class UncertaintyWeights(Frozen):
    """How much each sign of doubt counts in a text's uncertainty, which is their weighted mean."""

    dissent: float = Field(ge=0, description="spans that not all annotators of a panel marked")
    lost: float = Field(ge=0, description="entities that were named and did not become spans")
    flags: float = Field(ge=0, description="a stage flagged the text")
    fidelity: float = Field(ge=0, description="what the summary says and the article does not")
    rare: float = Field(ge=0, description="spans of types that are seldom seen")

    @property
    def total(self) -> float:
        """Sum of the weights."""
        return self.dissent + self.lost + self.flags + self.fidelity + self.rare


class ReviewParams(Frozen):
    """What people are asked to look at, and what becomes of what they say."""

    stratified: int = Field(ge=0, description="texts drawn evenly over language, country and entity type")
    uncertain: int = Field(ge=0, description="further texts, the least certain first")
    reviewers: Positive = Field(description="a text is offered until so many people have reviewed it")
    weights: UncertaintyWeights
    rare_below: Positive = Field(description="a type marked in fewer texts than this is rare")
    cut_words: Literal["snap", "reject"] = Field(description="a span that cuts a word in half: widened to the word, or rejected")
    ties: Literal["annotator", "drop"] = Field(
        description="a span that exactly half of the reviewers marked: stays if the annotator marked it too, or goes"
    )

    @model_validator(mode="after")
    def _consistent(self) -> "ReviewParams":
        if self.uncertain and not self.weights.total:
            raise ValueError("review.uncertain wants texts, and all review.weights are 0: nothing would be uncertain")
        return self
