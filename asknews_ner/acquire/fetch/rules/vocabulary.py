"""The names in ai_training.yaml: agents that gather training data, and signals that reserve texts from it."""

from collections.abc import Mapping
from functools import cache
from importlib import resources

from pydantic import Field

from asknews_ner.recipe.base import Frozen
from asknews_ner.yaml_text import loaded


class Agent(Frozen):
    """A crawler, by its product token in robots.txt."""

    name: str
    operator: str
    source: str = Field(description="where the operator, or a public list, says what it does")


class Signal(Frozen):
    """A line or header of key=value pairs."""

    reserves: str = Field(description="the pair that reserves, in lower case")
    source: str


class Directive(Frozen):
    """A line of robots.txt whose value is a path."""

    source: str


class Vocabulary(Frozen):
    """All of them."""

    agents: tuple[Agent, ...]
    signals: Mapping[str, Signal]
    directives: Mapping[str, Directive]


@cache
def vocabulary() -> Vocabulary:
    """As the package ships it."""
    text = resources.files(__package__ or "").joinpath("ai_training.yaml").read_text(encoding="utf-8")
    return Vocabulary.model_validate(loaded(text))


def reserving_pair(name: str, value: str) -> str:
    """The pair by which a signal reserves, as it stands in the value; empty if it does not. `name`: of the line or header."""
    signal = vocabulary().signals[name]
    for part in value.replace(" = ", "=").replace(";", ",").split(","):
        if part.strip().lower() == signal.reserves:
            return part.strip()
    return ""
