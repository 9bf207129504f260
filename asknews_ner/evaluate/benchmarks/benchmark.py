"""What a benchmark is, whoever made it."""

from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from asknews_ner.records import UnmatchableEntity
from asknews_ner.train.rows import GlinerRow

LabelCase = Literal["as_written", "lower"]


class BenchmarkError(ValueError):
    """A benchmark file cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Benchmark:
    """Sentences with gold spans, the closed list of their types, and each sentence's language.

    `nested`: spans inside others are predicted too. `unmatchable`: gold entities that stand on no words; they count as gold.
    `format`, `repaired`, `doubtful`: form of the file, tags that were mended, and entities whose text is not that of their words."""

    name: str
    rows: list[GlinerRow]
    languages: list[str]
    types: list[str]
    made_by: str
    nested: bool = False
    unmatchable: tuple[UnmatchableEntity, ...] = ()
    format: str = ""
    repaired: int = 0
    doubtful: int = 0


def benchmark(name: str, rows: list[GlinerRow], languages: list[str], made_by: str) -> Benchmark:
    """A benchmark with the types that its gold spans have."""
    return Benchmark(name, rows, languages, sorted({span[2] for row in rows for span in row["ner"]}), made_by)


def in_case(given: Benchmark, case: LabelCase) -> Benchmark:
    """The benchmark with its types as written, or in lower case, as GLiNER's evaluation has them since 2024 (facts: papers.md §3.5)."""
    if case == "as_written":
        return given
    rows = [{**row, "ner": [[start, end, label.lower()] for start, end, label in row["ner"]]} for row in given.rows]
    entities = tuple(replace(entity, label=entity.label.lower()) for entity in given.unmatchable)
    return replace(given, rows=rows, types=list(dict.fromkeys(label.lower() for label in given.types)), unmatchable=entities)


def first_drawn(given: Benchmark, most: int | None, seed: int) -> Benchmark:
    """At most so many of the sentences, drawn with the seed, in their order; the types stay."""
    if most is None or len(given.rows) <= most:
        return given
    chosen = sorted(Random(f"{seed} {given.name}").sample(range(len(given.rows)), most))
    place = {old: new for new, old in enumerate(chosen)}
    kept = tuple(replace(entity, sentence=place[entity.sentence]) for entity in given.unmatchable if entity.sentence in place)
    rows, languages = [given.rows[index] for index in chosen], [given.languages[index] for index in chosen]
    return replace(given, rows=rows, languages=languages, unmatchable=kept)
