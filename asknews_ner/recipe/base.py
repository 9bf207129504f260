"""What all slices of a recipe share."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

LANGUAGES = ("ar", "da", "de", "en", "es", "fr", "it", "no", "pt", "ru", "sv", "uk")
"""The twelve languages of the paper (dataset card), ISO 639-1, sorted as Dagster sorts partition keys."""
Language = Literal["ar", "da", "de", "en", "es", "fr", "it", "no", "pt", "ru", "sv", "uk"]
TaskName = Literal["summarise", "label", "name_topics", "generate"]
OFFLINE = "offline"
CLOSED_LABEL_PROMPT = "label_v1.jinja"


class RecipeError(ValueError):
    """The recipe cannot be used; the message says which key, why, and what to write instead."""


class Frozen(BaseModel):
    """Base of all parameter classes: immutable, and unknown keys are errors (a misspelt key must not be ignored)."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[int, Field(gt=0)]
