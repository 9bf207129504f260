"""What a benchmark is, whoever made it."""

from dataclasses import dataclass

from asknews_ner.train.rows import GlinerRow


class BenchmarkError(ValueError):
    """A benchmark file cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Benchmark:
    """Sentences with gold spans, the closed list of their types, and each sentence's language."""

    name: str
    rows: list[GlinerRow]
    languages: list[str]
    types: list[str]
    made_by: str


def benchmark(name: str, rows: list[GlinerRow], languages: list[str], made_by: str) -> Benchmark:
    """A benchmark with the types that its gold spans have."""
    return Benchmark(name, rows, languages, sorted({span[2] for row in rows for span in row["ner"]}), made_by)
