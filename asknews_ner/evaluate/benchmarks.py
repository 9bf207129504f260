"""Sets of sentences with gold spans: the project's own benchmark, a dataset's test split, folders in GLiNER form."""

import gzip
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from asknews_ner.records import DatasetExample
from asknews_ner.train.rows import GlinerRow, rows_of
from asknews_ner.train.templates import marked_row, sentences

_MARK = re.compile(r"\[\[(.+?)\|(.+?)\]\]")


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


def _benchmark(name: str, rows: list[GlinerRow], languages: list[str], made_by: str) -> Benchmark:
    return Benchmark(name, rows, languages, sorted({span[2] for row in rows for span in row["ner"]}), made_by)


def project_benchmark() -> Benchmark:
    """192 invented sentences in 12 languages, marked inline by the project's authors. Not an independent human annotation."""
    text = resources.files("asknews_ner.evaluate").joinpath("project_benchmark.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    return _benchmark(
        "project benchmark", [parse_marked(line["marked"]) for line in lines], [line["language"] for line in lines], "the project"
    )


def parse_marked(marked: str) -> GlinerRow:
    """`[[Torsk Velinga|person]] spoke.` → words and spans."""
    text = ""
    marks: list[tuple[int, int, str]] = []
    position = 0
    for mark in _MARK.finditer(marked):
        text += marked[position : mark.start()]
        marks.append((len(text), len(text) + len(mark.group(1)), mark.group(2)))
        text += mark.group(1)
        position = mark.end()
    return marked_row(text + marked[position:], marks)


def test_split(examples: Sequence[DatasetExample]) -> Benchmark:
    """The dataset's own held-out test split."""
    rows = [example for example in examples if example.split == "test"]
    annotators = ", ".join(sorted({example.annotator for example in rows}))
    return _benchmark("test split", rows_of(rows), [example.text_language for example in rows], annotators)


def held_out_templates(count: int, seed: int) -> Benchmark:
    """Sentences of the base model's kind, with templates and names that it never saw."""
    from asknews_ner.recipe import LANGUAGES

    rows = sentences(count, seed, held_out=True)
    return _benchmark("held-out sentences", rows, [LANGUAGES[index % len(LANGUAGES)] for index in range(count)], "templates")


def read_folder(folder: Path, split: str = "test") -> Benchmark:
    """A benchmark folder with `<split>.jsonl.gz` (or .jsonl) in GLiNER form, types as they stand.

    Raises BenchmarkError naming file and line."""
    found = [path for path in (folder / f"{split}.jsonl.gz", folder / f"{split}.jsonl") if path.is_file()]
    if not found:
        raise BenchmarkError(f"{folder}: no {split}.jsonl.gz or {split}.jsonl here")
    opener = gzip.open if found[0].suffix == ".gz" else open
    rows: list[GlinerRow] = []
    with opener(found[0], "rt", encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                row = json.loads(line)
                rows.append({"tokenized_text": list(row["tokenized_text"]), "ner": [[int(s), int(e), str(t)] for s, e, t in row["ner"]]})
            except (KeyError, TypeError, ValueError) as error:
                raise BenchmarkError(f"{found[0]}:{number}: not a row in GLiNER form ({error})") from error
    return _benchmark(folder.name, rows, [""] * len(rows), "its authors")
