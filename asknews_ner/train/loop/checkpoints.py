"""Folders of a run that was broken off: the last checkpoint, and the best weights. Each is put in place as a whole.

A kill between any two writes leaves a checkpoint whose best weights are there as well: the best ones are written first, and what
they replace is removed last."""

import json
import pickle
import re
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from asknews_ner.storage.atomic import replace_folder
from asknews_ner.train.loop.faults import TrainingError

WEIGHTS = "model.safetensors"
AVERAGE = "average.safetensors"
_RUNNING = "running.json"
_NAME = re.compile(r"(checkpoint|best)-(\d+)")


def checkpoint_folder(output: Path, stamp: str) -> Path:
    """Where a job for this model keeps its checkpoints until the model is in place: beside it."""
    return output.with_name(f".training-{output.name}-{stamp[:16]}")


@dataclass(frozen=True, slots=True)
class Running:
    """What the trainer counts between two logs: the losses since the last log, and its step."""

    loss_sum: float
    last_logged: int


class Checkpoints:
    """Checkpoints and best weights in a folder, by the number of their step."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def latest(self) -> Path | None:
        """The checkpoint with the highest step."""
        step = self.latest_step()
        return self._folder / f"checkpoint-{step}" if step else None

    def latest_step(self) -> int:
        """The highest step of a checkpoint, 0 if there is none."""
        return max((step for kind, step in self._found() if kind == "checkpoint"), default=0)

    def folders(self) -> list[Path]:
        """All checkpoints and best weights, sorted by name."""
        return sorted(self._folder / f"{kind}-{step}" for kind, step in self._found())

    def best(self, step: int) -> Path:
        """Folder of the best weights, those of step `step`."""
        return self._folder / f"best-{step}"

    def save(self, step: int, best_step: int | None, fill: Callable[[Path], None], fill_best: Callable[[Path], None]) -> None:
        """Write checkpoint `step`, and the best weights first where this step has them; then remove all older ones."""
        if best_step == step:
            replace_folder(self.best(step), fill_best)
        replace_folder(self._folder / f"checkpoint-{step}", fill)
        for kind, other in self._found():
            if other != (step if kind == "checkpoint" else best_step):
                shutil.rmtree(self._folder / f"{kind}-{other}")

    def _found(self) -> list[tuple[str, int]]:
        names = [_NAME.fullmatch(path.name) for path in self._folder.glob("*") if path.is_dir()]
        return [(name.group(1), int(name.group(2))) for name in names if name]


def save_weights(model: Any, file: Path) -> None:
    """A GLiNER's weights as safetensors; weights that stand in two places are written once."""
    from safetensors.torch import save_model

    save_model(model.model, str(file))


def load_weights(model: Any, file: Path) -> None:
    """Put weights back into the same model. Raises TrainingError naming the file where they do not fit or cannot be read."""
    from safetensors import SafetensorError
    from safetensors.torch import load_model

    try:
        load_model(model.model, str(file))
    except (OSError, RuntimeError, SafetensorError) as error:
        raise _unreadable(file, error) from error


def loaded(folder: Path, load: Callable[[], None]) -> None:
    """Run a loader of optimiser or random state. Raises TrainingError for files that hold more than numbers, or are broken."""
    try:
        load()
    except (OSError, RuntimeError, EOFError, KeyError, ValueError, pickle.UnpicklingError) as error:
        raise _unreadable(folder, error) from error


def save_running(running: Running, folder: Path) -> None:
    """Beside the checkpoint's other files."""
    (folder / _RUNNING).write_text(json.dumps(asdict(running)), encoding="utf-8")


def load_running(folder: Path) -> Running:
    """What `save_running` wrote."""
    return Running(**json.loads((folder / _RUNNING).read_text(encoding="utf-8")))


def _unreadable(place: Path, error: Exception) -> TrainingError:
    return TrainingError(
        f"{place}: this checkpoint cannot be taken up again ({type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}); "
        f"it is loaded as plain numbers only, never as a pickle that could run code. Remove {place} to train from the beginning"
    )
