"""The file that a training leaves in a model's folder: by its stamp the model is known, by the rest it can be judged."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from asknews_ner.train.loop.params import FitResult
from asknews_ner.train.unread import Unread

STAMP_FILE = "training.json"


@dataclass(frozen=True, slots=True)
class TrainingFacts:
    """`best_loss` and `best_f1`: of the validation split, of the weights that were kept. `history`: the learning curve."""

    stamp: str
    steps: int
    best_loss: float | None
    best_f1: float | None
    unread: Unread
    replayed: int
    """Texts of the replay's source among the training texts."""
    halved: int
    """How often a batch did not fit in memory and was done in parts."""
    resumed_from: int
    """Step of the checkpoint that the run went on from, 0 if it was never broken off."""
    precision: str
    libraries: dict[str, str]
    history: list[dict[str, float]]


def write_facts(facts: TrainingFacts, folder: Path) -> None:
    """Into a folder that is not yet in place."""
    (folder / STAMP_FILE).write_text(json.dumps(asdict(facts), indent=1) + "\n", encoding="utf-8")


def stamp_of(folder: Path) -> str:
    """The stamp of a finished model, empty if there is none."""
    file = folder / STAMP_FILE
    return str(json.loads(file.read_text(encoding="utf-8"))["stamp"]) if file.is_file() else ""


def finished(folder: Path, stamp: str) -> FitResult | None:
    """What came of the job with this stamp, if its model is in place: what its file says, with no time spent on it now. Else None."""
    if not stamp or stamp_of(folder) != stamp:
        return None
    facts = json.loads((folder / STAMP_FILE).read_text(encoding="utf-8"))
    return FitResult(
        steps=facts["steps"],
        best_loss=facts.get("best_loss"),
        best_f1=facts.get("best_f1"),
        history=facts["history"],
        halved=facts.get("halved", 0),  # a token classifier's file says only what can differ
        resumed_from=facts.get("resumed_from", 0),
        precision=facts.get("precision", ""),
        seconds=0.0,
    )
