"""Slices of the recipe for the low-resource study."""

from typing import Literal

from pydantic import Field

from asknews_ner.recipe.base import Frozen, Positive, Share
from asknews_ner.recipe.low_resource_study import StudyParams


class GenerateParams(Frozen):
    """The low-resource study: human sentences → replies."""

    calls: Positive = Field(description="calls to the model (study: 250 for training data)")
    sentences_per_call: Positive = Field(description="new sentences asked for in a call (study: 20)")
    seeds_per_call: Positive = Field(description="human sentences shown in a call (study: 10)")
    seed_choice: Literal["random", "covering"] = Field(description="`random` as in the study; `covering` shows every type")
    seed: int = Field(description="draws the human sentences; another seed is another experiment (study: 3535)")


class FilterParams(Frozen):
    """The low-resource study: what counts as a usable sentence."""

    mend_escapes: bool = Field(description="restore letters written as escapes with two zeros too many (the study kept them broken)")
    max_tokens: Positive = Field(description="longer sentences are rejected: a model in a loop")
    min_script_share: Share = Field(description="share of letters in the language's script; 0 accepts every script")
    identify_min_characters: int = Field(ge=0, description="shorter sentences are not identified")
    wrong_language_from_confidence: Share = Field(description="another language counts from this confidence on")
    reject_seed_copies: bool = Field(description="sentences with the words of a human one (the study kept them)")
    reject_duplicates: bool = Field(description="sentences with the words of an earlier one (the study kept them)")


class LowResourceParams(Frozen):
    """The seed-based study (Kamath and Vajjala 2025)."""

    generate: GenerateParams
    filter: FilterParams
    study: StudyParams
