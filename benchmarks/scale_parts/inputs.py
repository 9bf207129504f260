"""The sheet's inputs: each constant with what gave it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

KINDS = {
    "measured": "printed by a command of this repository, and stands in the page named",
    "elsewhere": "published by others, or somebody's list price; not tried here",
    "chosen": "a choice of yours: recipe or plan",
    "guessed": "nobody measured it; change it first",
}


class InputError(ValueError):
    """The file of inputs cannot be used; the message says which entry and why."""


@dataclass(frozen=True, slots=True)
class Constant:
    """`source`: a command, an address or words. `says`: of a measured one, the text of `page` that holds the figure; the value is a number
    in it, `times` this (kB as bytes, say)."""

    name: str
    value: float
    unit: str
    kind: str
    source: str
    page: str = ""
    says: str = ""
    times: float = 1.0
    hardware: str = ""
    date: str = ""


class Inputs:
    """Constants by name. Remembers which were asked for, so that a test can find those that no figure rests on."""

    def __init__(self, constants: Mapping[str, Constant]) -> None:
        self.constants = dict(constants)
        self.used: set[str] = set()

    def __getitem__(self, name: str) -> float:
        if name not in self.constants:
            raise InputError(f"docs/scale_inputs.yaml has no constant {name!r}")
        self.used.add(name)
        return self.constants[name].value

    def changed(self, values: Mapping[str, float]) -> "Inputs":
        """The same with other values; raises InputError for a name that there is not."""
        for name in values:
            self[name]
        return Inputs({name: replace(one, value=values.get(name, one.value)) for name, one in self.constants.items()})


def read_inputs(file: Path) -> Inputs:
    """Raises InputError for an entry that lacks what its kind needs."""
    entries: list[dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    found: dict[str, Constant] = {}
    for entry in entries:
        try:
            one = Constant(**{**entry, "value": float(entry["value"]), "date": str(entry.get("date", ""))})
        except (TypeError, KeyError, ValueError) as error:
            raise InputError(f"{file.name}, {entry.get('name', entry)}: {error}") from error
        if one.kind not in KINDS or one.name in found:
            raise InputError(f"{file.name}, {one.name}: there twice, or its kind is none of {', '.join(KINDS)}")
        if one.kind == "measured" and not (one.page and one.says and one.hardware and one.date):
            raise InputError(f"{file.name}, {one.name}: a measured constant names page, says, hardware and date")
        found[one.name] = one
    return Inputs(found)
