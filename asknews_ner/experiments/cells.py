"""One file a training: what was counted in each sentence of each test set, so that intervals can be drawn over several trainings."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from asknews_ner.evaluate.scores.counts import Counts
from asknews_ner.storage.atomic import write_text


@dataclass(frozen=True, slots=True)
class Trial:
    """What one training gave. `counts`: by test set, [sentences, 3] of gold, predicted and correct entities; `seconds`: of the
    processor."""

    key: str
    rows: int
    counts: Mapping[str, Counts]
    seconds: float
    best_epoch: int


def cell_file(folder: Path, key: str) -> Path:
    """Where a training's result lies."""
    return folder / f"{key[:32]}.json"


def write_trial(folder: Path, trial: Trial) -> None:
    """As a whole: a killed program leaves finished trainings and no half one."""
    row = {
        "key": trial.key, "rows": trial.rows, "seconds": round(trial.seconds, 2), "best_epoch": trial.best_epoch,
        "counts": {name: counts.tolist() for name, counts in trial.counts.items()},
    }  # fmt: skip
    write_text(cell_file(folder, trial.key), json.dumps(row, separators=(",", ":")) + "\n")


def read_trial(folder: Path, key: str) -> Trial | None:
    """A finished training; None if there is none made of this."""
    path = cell_file(folder, key)
    if not path.is_file():
        return None
    row = json.loads(path.read_text(encoding="utf-8"))
    if row["key"] != key:
        return None
    counts = {name: np.array(rows, dtype=np.int64).reshape(-1, 3) for name, rows in row["counts"].items()}
    return Trial(key, row["rows"], counts, row["seconds"], row["best_epoch"])
