"""What the study knows of a learner: rows in, tags out, whichever library trains."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from asknews_ner.dataset.bio import spans
from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.records import NerSpan
from asknews_ner.train.rows import GlinerRow, gliner_row

Rows = Sequence[TaggedSentence]


@dataclass(frozen=True, slots=True)
class Course:
    """How a training went. `best_epoch`: the one kept, 0 if nothing was trained."""

    epochs: int = 0
    best_epoch: int = 0
    validation_f1: float | None = None


class Trained(Protocol):
    """A model that can tag."""

    @property
    def course(self) -> Course:
        """How it was trained."""
        ...

    def tag(self, rows: Rows) -> list[list[str]]:
        """A BIO tag for each word."""
        ...

    def save(self, folder: Path) -> None:
        """Into a folder that is there, so that a training can start from it."""
        ...


class Learner(Protocol):
    """Trains models of one kind."""

    def train(self, rows: Rows, validation: Rows, seed: int, epochs: int, start: Path | None) -> Trained:
        """A model trained on the rows, from `start` (saved by `Trained.save`) or from the beginning."""
        ...


@dataclass(frozen=True, slots=True)
class Outside:
    """What rows without an entity teach: to find none. Libraries differ in how they fail at such rows, so none of them is asked."""

    course: Course = field(default_factory=Course)

    def tag(self, rows: Rows) -> list[list[str]]:
        """`O` everywhere."""
        return [["O"] * len(row.tokens) for row in rows]

    def save(self, folder: Path) -> None:
        """There is nothing to save."""


def row_of(row: TaggedSentence) -> GlinerRow:
    """In the form that the trainers of encoders and of GLiNER read."""
    return gliner_row(row.tokens, [NerSpan(start, end - 1, name) for start, end, name in spans(row.tags)])


def silent(_: dict[str, float]) -> None:
    """The study says when a cell is done."""


def no_progress(rows: int, tokens: int = 0, /) -> None:
    """The study says when a cell is done."""
