"""The learning curve as a file that grows while the run goes on: one JSON line for each log and each validation.

Keys, where they are known: step, epoch, loss (mean of the batches since the last line), grad_norm, learning_rate, head_learning_rate,
samples_per_second, memory_mb (peak), eval_loss, eval_f1, eval_seconds."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from asknews_ner.storage.atomic import write_text

CURVE_FILE = "curve.jsonl"
Point = dict[str, float]


def point_of(logs: Mapping[str, object]) -> Point | None:
    """The numbers of one of the trainer's logs; None for its closing summary."""
    numbers = {key: float(value) for key, value in logs.items() if isinstance(value, int | float)}
    return numbers if "loss" in numbers or "eval_loss" in numbers else None


class CurveFile:
    """Appends whole lines; a kill may cut the last one short, which `restart` mends."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / CURVE_FILE

    def restart(self, points: Sequence[Point]) -> None:
        """Begin again with the points that a checkpoint knows: lines that were written after it are written anew by the resumed run."""
        write_text(self._file, "".join(_line(point) for point in points))

    def append(self, point: Point) -> None:
        """One line, in one write."""
        handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(handle, _line(point).encode())
        finally:
            os.close(handle)


def _line(point: Point) -> str:
    return json.dumps(point, sort_keys=True) + "\n"
