"""The learning curve of a finished or running training: one point for each log step, out of the model's folder."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from asknews_ner.train.loop.curve import CURVE_FILE
from asknews_ner.train.training_file import STAMP_FILE


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What the trainer measured at one step; None where it measured nothing. Losses are sums over a batch, rates per step,
    `samples_per_second` of training, `memory_mb` the process's peak (on a GPU the device's)."""

    step: float
    epoch: float | None = None
    loss: float | None = None
    eval_loss: float | None = None
    eval_f1: float | None = None
    learning_rate: float | None = None
    head_learning_rate: float | None = None
    samples_per_second: float | None = None
    memory_mb: float | None = None


@dataclass(frozen=True)
class Curve:
    """Points in the order of their steps."""

    points: list[CurvePoint]

    @property
    def evaluated(self) -> list[CurvePoint]:
        """Points at which the model was evaluated."""
        return [point for point in self.points if point.eval_loss is not None or point.eval_f1 is not None]

    @property
    def best(self) -> CurvePoint | None:
        """The point with the highest validation F1, or the lowest validation loss where no F1 was measured."""
        scored = [point for point in self.evaluated if point.eval_f1 is not None]
        if scored:
            return max(scored, key=lambda point: point.eval_f1 or 0.0)
        return min(self.evaluated, key=lambda point: point.eval_loss or 0.0, default=None)

    def last(self, name: str) -> float | None:
        """The last known value of a field."""
        known = [value for point in self.points if (value := getattr(point, name)) is not None]
        return known[-1] if known else None

    def highest(self, name: str) -> float | None:
        """The highest known value of a field."""
        return max((value for point in self.points if (value := getattr(point, name)) is not None), default=None)


def read_curve(folder: Path) -> Curve:
    """The curve of the model in `folder`: its curve.jsonl, or the history in its training.json; empty where neither is there.

    Raises ValueError naming file and line of what is no point."""
    lines, history = folder / CURVE_FILE, folder / STAMP_FILE
    if lines.is_file():
        return Curve([_point(row, f"{lines}:{number}") for number, row in _rows(lines)])
    if history.is_file():
        entries = json.loads(history.read_text(encoding="utf-8"))["history"]
        return Curve([_point(entry, f"{history}, entry {number}") for number, entry in enumerate(entries, start=1)])
    return Curve([])


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, float]]]:
    with path.open(encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                yield number, json.loads(line)
            except ValueError as error:
                raise ValueError(f"{path}:{number}: not a line of JSON ({error}); the training that writes it was killed here") from error


def _point(row: Mapping[str, float], place: str) -> CurvePoint:
    known = {field.name for field in fields(CurvePoint)}
    if "step" not in row:
        raise ValueError(f"{place}: a point of a learning curve has no step")
    return CurvePoint(**{key: value for key, value in row.items() if key in known})
