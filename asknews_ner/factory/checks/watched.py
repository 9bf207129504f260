"""Failure signatures: figures that tell of a poor result before anybody reads it, each held against a threshold of the recipe."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from asknews_ner.factory.checks.check import Figure, Finding

PASS, FAIL, NOT_JUDGED = "pass", "fail", "not judged"
Side = Literal["at least", "at most"]


@dataclass(frozen=True, slots=True)
class Watched:
    """One figure and its threshold."""

    figure: Annotated[str, "what is measured, in words"]
    value: Annotated[float | None, "the figure; empty where there is nothing to measure"]
    side: Annotated[str, "`at least` or `at most`"]
    threshold: Annotated[float, "the recipe's value"]
    limit: Annotated[str, "its key in the recipe"]
    verdict: Annotated[str, "`pass`, `fail` or `not judged`"]
    note: Annotated[str, "of what it is made, or why it is not judged"]


def watch(figure: str, value: float | None, side: Side, limit: tuple[str, float], note: str, judged: bool = True) -> Watched:
    """A figure with its verdict. `limit`: (key in the recipe, value). Not judged where it has no value or `judged` is false."""
    key, threshold = limit
    within = value is not None and (value >= threshold if side == "at least" else value <= threshold)
    verdict = NOT_JUDGED if value is None or not judged else PASS if within else FAIL
    return Watched(figure, None if value is None else round(value, 4), side, float(threshold), key, verdict, note)


def finding(rows: Sequence[Watched], advice: str) -> Finding:
    """What a check says of its figures. It fails where one does. `advice`: what to do then."""
    failed = [row for row in rows if row.verdict == FAIL]
    words = "; ".join(_words(row) for row in failed or rows) or "nothing to measure yet"
    figures = tuple(Figure(row.figure.replace(" ", "_"), row.value) for row in rows if row.value is not None)
    table = tuple((row.figure, row.value, row.side, row.threshold, row.verdict, row.note) for row in rows)
    columns = ("figure", "value", "", "threshold", "verdict", "of")
    return Finding(not failed, f"{words}; {advice}" if failed else words, figures, columns, table)


def _words(row: Watched) -> str:
    if row.value is None:
        return f"{row.figure}: {row.note}"
    note = f", {row.note}" if row.note else ""
    return f"{row.figure} {row.value:g} ({row.verdict if row.verdict == NOT_JUDGED else f'{row.side} {row.threshold:g}'}{note})"


def counted(verdicts: Sequence[str]) -> str:
    """How many of each verdict, in words."""
    found = Counter(verdicts)
    return ", ".join(f"{found[name]} {name}" for name in (FAIL, PASS, NOT_JUDGED) if found[name])
