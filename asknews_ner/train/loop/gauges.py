"""Speed, memory and rates of a run, for its curve."""

import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


class Gauges:
    """Rows a second of training alone: validation, logs and checkpoints do not count."""

    def __init__(self) -> None:
        self._rows = 0
        self._seconds = 0.0
        self._since = time.perf_counter()

    def count(self, rows: int) -> None:
        """A batch of so many rows was done."""
        self._rows += rows

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Time in here is no training."""
        self._seconds += time.perf_counter() - self._since
        try:
            yield
        finally:
            self._since = time.perf_counter()

    def read(self, groups: Sequence[dict[str, Any]]) -> dict[str, float]:
        """Figures since the last reading. `groups`: the optimiser's, as gliner orders them: two of the heads, two of the encoder."""
        speed = self._rows / self._seconds if self._seconds else 0.0
        self._rows, self._seconds = 0, 0.0
        return {
            "samples_per_second": speed,
            "memory_mb": peak_memory_mb(),
            "head_learning_rate": float(groups[0]["lr"]),
            "learning_rate": float(groups[-1]["lr"]),
        }


def peak_memory_mb() -> float:
    """The most memory that was held so far: of the GPU where there is one, of the process otherwise."""
    import torch

    if torch.cuda.is_available():
        return float(torch.cuda.max_memory_allocated()) / 2**20
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes / 2**10 if sys.platform != "darwin" else kilobytes / 2**20
