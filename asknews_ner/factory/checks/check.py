"""What a check is, and what it finds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from asknews_ner.factory.workspace import Workspace
from asknews_ner.storage.tables import Partition

Cells = Sequence[Partition | None]
"""Cells of a table by country and language, or (None,) of one over all articles."""


class Severity(str, Enum):
    """How bad a failed check is."""

    WARN = "somebody should look"
    ERROR = "what was made is wrong"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that a check looked at."""

    name: str
    value: float | int


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found. `words`: one line, and where it failed what to do. `table`: faults or shares, under the names of `columns`."""

    passed: bool
    words: str
    figures: tuple[Figure, ...] = ()
    columns: tuple[str, ...] = ()
    table: tuple[tuple[object, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """A check of one asset's table.

    `says`: what it compares, and the reason for its severity. `limit`: the recipe's value that it is held against; empty where there is
    none to choose. `blocking`: nothing that follows is made or released when it fails."""

    asset: str
    name: str
    says: str
    severity: Severity
    blocking: bool
    limit: str
    look: Callable[[Workspace, Cells], Finding]


def faults(found: Sequence[str], most: int, well: str, advice: str, figures: Sequence[Figure] = ()) -> Finding:
    """A finding that fails where there is any fault; `most`: so many are shown. `well`: what is said where there is none."""
    if not found:
        return Finding(True, well, tuple(figures))
    words = f"{len(found)} {'fault' if len(found) == 1 else 'faults'}, first: {found[0]}; {advice}"
    return Finding(False, words, tuple(figures), ("found",), tuple((fault,) for fault in found[:most]))
