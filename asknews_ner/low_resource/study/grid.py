"""Which trainings the study makes of a language, and the rows of each: nested prefixes of one seeded shuffle."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asknews_ner.fingerprints import stable_seed
from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.low_resource.study.records import NO_ROWS


@dataclass(frozen=True, slots=True)
class Cell:
    """One training. `size` 0 with source NO_ROWS: the model before it saw a row of the language."""

    regime: str
    source: str
    size: int
    seed: int

    @property
    def name(self) -> str:
        """Of its file, below the folder of cells."""
        return f"{self.regime}/{self.source}/{self.size:05d}-{self.seed}"


def sizes_of(available: int, wanted: Sequence[int]) -> list[int]:
    """The wanted sizes that there are rows for, and all rows where the largest is out of reach (the study's "5000 or all")."""
    reached = [size for size in wanted if size <= available]
    return reached if len(reached) == len(wanted) or available in reached else [*reached, available]


def cells(available: Mapping[str, int], regimes: Sequence[str], sizes: Sequence[int], seeds: Sequence[int]) -> list[Cell]:
    """All trainings, seed by seed, small sizes first. `available`: rows by source."""
    found = []
    for seed in seeds:
        for regime in regimes:
            if regime != "scratch":
                found.append(Cell(regime, NO_ROWS, 0, seed))
            found += [Cell(regime, source, size, seed) for source, rows in sorted(available.items()) for size in sizes_of(rows, sizes)]
    return found


def shuffled(rows: Sequence[TaggedSentence], language: str, source: str, seed: int) -> list[TaggedSentence]:
    """The rows in the order from which each size is a prefix: a larger training set holds every smaller one."""
    return random.Random(stable_seed("study rows", language, source, seed)).sample(list(rows), len(rows))


def carved(rows: Sequence[TaggedSentence], share: float) -> tuple[list[TaggedSentence], list[TaggedSentence]]:
    """(rows to train on, rows to validate on): every so many-th row validates, at least one, so that both parts are nested as well."""
    chosen = {place for place in range(len(rows)) if int((place + 1) * share) > int(place * share)} or {len(rows) - 1}
    return [row for place, row in enumerate(rows) if place not in chosen], [rows[place] for place in sorted(chosen)]
