"""Tables of scores as CSV: one row for each set, missing ones with empty cells, so that a file of the paper's tables is always complete."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from asknews_ner.evaluate.tables.lay_out import Line, ScoreTable
from asknews_ner.records import Comparison, Score

_SCORED = ("precision", "recall", "f1", "f1_low", "f1_high")
_COMPARED = ("difference", "low", "high")
_MODELS = ("base", "tuned", "control")
_COLUMNS = [
    "table", "set", "status", "sentences", "gold",
    *(f"{model}_{name}" for model in _MODELS for name in _SCORED),
    *(f"tuned_minus_{against}{suffix}" for against in ("base", "control") for suffix in ("", "_low", "_high")),
]  # fmt: skip


def comma_separated(tables: Sequence[ScoreTable]) -> str:
    """The tables as one CSV text; shares between 0 and 1, as in the score records."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for table in tables:
        for line in table.lines:
            writer.writerow([table.title, *_cells(line)])
        for one in table.missing:
            writer.writerow([table.title, one.name, "missing", *[""] * (len(_COLUMNS) - 3)])
    return stream.getvalue()


def _cells(line: Line) -> list[Any]:
    some = line.some
    cells: list[Any] = [line.title, "scored", some.sentences if some else "", some.gold if some else ""]
    for score in (line.base, line.tuned, line.control):
        cells += _values(score, _SCORED)
    for row in (line.against_base, line.against_control):
        cells += _values(row, _COMPARED)
    return cells


def _values(record: Score | Comparison | None, names: Sequence[str]) -> list[Any]:
    return [getattr(record, name) if record else "" for name in names]
