"""Work for workers of a cluster, which find it by its module: it notes who began what, waits, breaks, or kills its worker."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from asknews_ner.recipe import RecipeError


@dataclass(frozen=True, slots=True)
class Doubled:
    """Numbers, doubled, after some seconds. `notes`: a folder in which each beginning leaves a file `<first number>-<pid>`."""

    notes: str
    seconds: float = 0.0
    on_gpu: bool = False

    def __call__(self, rows: pa.Table, /) -> pa.Table:
        numbers = rows["number"].to_pylist()
        (Path(self.notes) / f"{numbers[0]}-{os.getpid()}").touch()
        time.sleep(self.seconds)
        return pa.table({"number": [2 * number for number in numbers]})


@dataclass(frozen=True, slots=True)
class Faulty:
    """What the work raises must come back as it is."""

    on_gpu: bool = False

    def __call__(self, rows: pa.Table, /) -> pa.Table:
        raise RecipeError("the encoder 'none' cannot be loaded")


@dataclass(frozen=True, slots=True)
class Deadly:
    """A batch that kills whoever works on it."""

    on_gpu: bool = False

    def __call__(self, rows: pa.Table, /) -> pa.Table:
        os.kill(os.getpid(), signal.SIGKILL)
        return rows
