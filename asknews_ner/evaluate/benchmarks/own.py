"""Benchmarks that need no file: the project's own, a dataset's test split, held-out sentences of the base model's kind."""

import json
import re
from collections.abc import Sequence
from importlib import resources

from asknews_ner.evaluate.benchmarks.benchmark import Benchmark, benchmark
from asknews_ner.records import DatasetExample
from asknews_ner.train.own_data.templates import marked_row, sentences
from asknews_ner.train.rows import GlinerRow, rows_of

TEST_SPLIT = "test split"
"""Name of the dataset's own benchmark."""
_MARK = re.compile(r"\[\[(.+?)\|(.+?)\]\]")


def project_benchmark() -> Benchmark:
    """192 invented sentences in 12 languages, marked inline by the project's authors. Not an independent human annotation."""
    text = resources.files("asknews_ner.evaluate").joinpath("project_benchmark.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    return benchmark(
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
    return benchmark(TEST_SPLIT, rows_of(rows), [example.text_language for example in rows], annotators)


def held_out_templates(count: int, seed: int) -> Benchmark:
    """Sentences of the base model's kind, with templates and names that it never saw."""
    from asknews_ner.recipe import LANGUAGES

    rows = sentences(count, seed, held_out=True)
    return benchmark("held-out sentences", rows, [LANGUAGES[index % len(LANGUAGES)] for index in range(count)], "templates")
