"""Rows of the study: one training's score, cells that could not be made, points of the curves."""

from dataclasses import dataclass
from typing import Annotated

HUMAN, WIKIANN, NO_ROWS = "human", "wikiann", "none"
"""Names of sources that are no LLM; NO_ROWS is that of a model without a row of the target language (the point at 0)."""


@dataclass(frozen=True, slots=True)
class StudyScore:
    """One training, scored on the human test split. F1 is seqeval's: micro over exact entities."""

    language: Annotated[str, "code of the target language"]
    regime: Annotated[str, "scratch, related, or gliner"]
    source: Annotated[str, "human, wikiann, an LLM's name, or none"]
    size: Annotated[int, "rows taken; 0 for a model that saw none of the language"]
    validation_rows: Annotated[int, "those of them that picked the epoch, or rows of the human validation split"]
    validation: Annotated[str, "carved (out of the rows taken) or human"]
    seed: Annotated[int, "of weights, order, and the shuffle that rows are taken from"]
    gold: Annotated[int, "entities of the test split"]
    precision: Annotated[float, "over all entities"]
    recall: Annotated[float, "over all entities"]
    f1: Annotated[float, "over all entities"]
    validation_f1: Annotated[float | None, "of the epoch that was kept"]
    epochs: Annotated[int, "that were done"]
    best_epoch: Annotated[int, "the one that was kept"]


@dataclass(frozen=True, slots=True)
class MissingCell:
    """A part of the grid that could not be made; the rest goes on."""

    language: Annotated[str, "code of the target language"]
    regime: Annotated[str, "scratch, related, gliner, or all"]
    source: Annotated[str, "human, wikiann, an LLM's name, or all"]
    reason: Annotated[str, "what is missing, and what would mend it"]


@dataclass(frozen=True, slots=True)
class DataNote:
    """Something to know about a language's data: what was left out, where a count differs, which language was chosen as related."""

    language: Annotated[str, "code of the target language"]
    data: Annotated[str, "human, wikiann, or related"]
    place: Annotated[str, "where it was read; empty where there was nothing"]
    note: Annotated[str, "what to know"]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """F1 of one source at one size, over its seeds."""

    language: Annotated[str, "code of the target language"]
    regime: Annotated[str, "scratch, related, or gliner"]
    source: Annotated[str, "human, wikiann, an LLM's name, or none"]
    size: Annotated[int, "rows of the language; 0 for the zero-shot point"]
    seeds: Annotated[int, "trainings"]
    f1: Annotated[float, "mean over the seeds"]
    low: Annotated[float | None, "of the interval over test sentences and seeds; empty for one training of others"]
    high: Annotated[float | None, "of the same"]
    spread: Annotated[float | None, "sample standard deviation of F1 over the seeds; empty for one"]


@dataclass(frozen=True, slots=True)
class Yield:
    """What a source gave for what was asked, and what it cost."""

    language: Annotated[str, "code of the target language"]
    source: Annotated[str, "the LLM's name"]
    requested: Annotated[int, "rows asked for"]
    usable: Annotated[int, "rows kept"]
    rejected: Annotated[tuple[str, ...], "`reason: rows`, the most frequent first"]
    usd: Annotated[float | None, "what the replies cost; empty where no price is known"]

    @property
    def usable_share(self) -> float:
        """Of what was asked for; 0 if nothing was."""
        return self.usable / self.requested if self.requested else 0.0

    @property
    def usd_per_row(self) -> float | None:
        """Cost of a usable row."""
        return None if self.usd is None or not self.usable else self.usd / self.usable
