"""One file a cell: its score, and what was counted in each test sentence, so that intervals can be drawn over several trainings."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from asknews_ner.evaluate.scores.counts import Counts
from asknews_ner.low_resource.study.records import StudyScore
from asknews_ner.storage.atomic import write_text


@dataclass(frozen=True, slots=True)
class CellResult:
    """What one training gave. `counts`: [test sentences, 3] of gold, predicted and correct entities; `seconds`: of the processor, to
    train and tag: on a busy machine the clock says little."""

    score: StudyScore
    counts: Counts
    stamp: str
    seconds: float


def cell_file(folder: Path, name: str) -> Path:
    """Where a cell lies."""
    return folder / "cells" / f"{name}.json"


def write_cell(path: Path, result: CellResult) -> None:
    """As a whole: a killed program leaves finished cells and no half one."""
    row = {"stamp": result.stamp, "seconds": round(result.seconds, 2), "score": asdict(result.score), "counts": result.counts.tolist()}
    write_text(path, json.dumps(row, separators=(",", ":")) + "\n")


def read_cell(path: Path) -> CellResult | None:
    """A finished cell; None if there is none."""
    if not path.is_file():
        return None
    row = json.loads(path.read_text(encoding="utf-8"))
    counts = np.array(row["counts"], dtype=np.int64).reshape(-1, 3)
    return CellResult(StudyScore(**row["score"]), counts, row["stamp"], row["seconds"])


def read_cells(folder: Path, names: Sequence[str]) -> list[CellResult]:
    """The finished ones of these cells, in the order of the names."""
    return [found for name in names if (found := read_cell(cell_file(folder, name))) is not None]
