"""The paper's 18 zero-shot and 7 out-of-domain sets: what they are, how to get them, and what they should hold."""

import re
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import Field

from asknews_ner.evaluate.benchmarks.hub import HubPlace
from asknews_ner.recipe import Frozen
from asknews_ner.yaml_text import loaded

SetGroup = Literal["zero_shot", "out_of_domain"]
SET_GROUPS: tuple[SetGroup, ...] = ("zero_shot", "out_of_domain")


class SplitSizes(Frozen):
    """Published sentences of each split; empty where none are published."""

    train: int | None
    dev: int | None
    test: int | None


class RegisteredSet(Frozen):
    """One set of the paper's tables."""

    name: str = Field(description="as GLiNER's archive names its folder")
    title: str = Field(description="as the paper's tables name it")
    group: SetGroup
    language: str
    nested: bool = Field(description="decoding, as GLiNER's evaluator decides it by the folder's name")
    folders: tuple[str, ...] = Field(min_length=1, description="names of folders under which it is looked for")
    sentences: SplitSizes
    types_count: int | None
    types: tuple[str, ...]
    licence: str
    redistributable: Literal["yes", "no", "unknown"]
    how_to_get: str
    hub: HubPlace | None = None
    type_names: dict[str, str] = Field({}, description="names of types for the hub dataset's tags")


@cache
def registered_sets() -> tuple[RegisteredSet, ...]:
    """All sets, in the order of the paper's tables. Source: papers.md §1.8 and §3.5."""
    text = resources.files("asknews_ner.evaluate.benchmarks").joinpath("registry.yaml").read_text(encoding="utf-8")
    return tuple(RegisteredSet.model_validate(values) for values in loaded(text))


def registered(folder_name: str) -> RegisteredSet | None:
    """The set that a folder of this name holds, if it is one of the paper's."""
    plain = _plain(folder_name)
    return next((found for found in registered_sets() if any(_plain(name) == plain for name in found.folders)), None)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())
