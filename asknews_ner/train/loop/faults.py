"""What can go wrong while training, and what is left behind when it does."""

import json
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from asknews_ner.storage.atomic import write_text
from asknews_ner.train.rows import GlinerRow

_OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")


class TrainingError(RuntimeError):
    """A job cannot be done; the message says why and what to change."""


class TrainingStopped(Exception):  # noqa: N818 - not an error: the run was asked to stop, and can be taken up again
    """The run was told to stop (SIGTERM) and has saved a checkpoint; the same job goes on from there."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of PyTorch or Python says that memory ran out, on a GPU or off it."""
    import torch

    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in _OUT_OF_MEMORY)


def row_does_not_fit(rows: Sequence[GlinerRow], step: int) -> TrainingError:
    """The error for a row that is too big on its own."""
    words = max(len(row["tokenized_text"]) for row in rows)
    types = max(len(row["ner_labels"]) for row in rows)
    return TrainingError(
        f"step {step}: out of memory with a single text (the batch's longest has {words} words, its most types are {types}); lower "
        "tune.max_length or tune.max_types in the recipe, take a smaller base model, or a machine with more memory"
    )


def not_finite(what: str, rows: Sequence[GlinerRow], step: int, folder: Path) -> TrainingError:
    """The error for a loss or gradient that is no number; the batch is put beside the checkpoints first."""
    file = folder / f"not-finite-step-{step}.json"
    write_text(file, json.dumps({"step": step, "what": what, "rows": list(rows)}, ensure_ascii=False, indent=1) + "\n")
    return TrainingError(
        f"step {step}: the {what}; the weights were not changed by this step, and its batch is in {file}; lower encoder_learning_rate "
        "and head_learning_rate in the recipe, or set precision to float32"
    )


class StopRequest:
    """Whether the process was told to end."""

    def __init__(self) -> None:
        self.made = False


@contextmanager
def listening_for_sigterm() -> Iterator[StopRequest]:
    """SIGTERM sets the request instead of ending the process; outside the main thread nothing is changed."""
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return

    def note(*_: object) -> None:
        request.made = True

    before = signal.signal(signal.SIGTERM, note)
    try:
        yield request
    finally:
        signal.signal(signal.SIGTERM, before)
