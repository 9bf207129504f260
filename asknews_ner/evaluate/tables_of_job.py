"""What a scoring job finds, as tables in a folder: `<output>/scores.parquet` and the others beside it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from asknews_ner.records import BenchmarkFound, Comparison, Score, ScoreSummary, SeedScore, UnmatchableEntity
from asknews_ner.storage.atomic import replacing
from asknews_ner.storage.schema import from_arrow, to_arrow


@dataclass(frozen=True)
class ScoreTables:
    """All of it. `benchmarks` has a row for each set that was looked for, missing ones too."""

    unmatchable: list[UnmatchableEntity]
    benchmarks: list[BenchmarkFound]
    seeds: list[SeedScore]
    summaries: list[ScoreSummary]
    comparisons: list[Comparison]
    scores: list[Score]


_RECORDS: dict[str, type[Any]] = {
    "unmatchable": UnmatchableEntity,
    "benchmarks": BenchmarkFound,
    "seeds": SeedScore,
    "summaries": ScoreSummary,
    "comparisons": Comparison,
    "scores": Score,
}


def write_tables(tables: ScoreTables, folder: Path) -> None:
    """Each table as a whole file, the scores last: whoever finds them finds the others, too."""
    for name, record in _RECORDS.items():
        with replacing(folder / f"{name}.parquet") as temporary:
            pq.write_table(to_arrow(record, getattr(tables, name)), temporary)


def read_tables(folder: Path) -> ScoreTables:
    """The tables of a finished job; empty ones where there are no scores yet. Raises ValueError for tables of another version."""
    if not (folder / "scores.parquet").is_file():
        return ScoreTables([], [], [], [], [], [])
    return ScoreTables(**{name: from_arrow(record, pq.read_table(folder / f"{name}.parquet")) for name, record in _RECORDS.items()})
