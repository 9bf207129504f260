"""Test and dev sets, the models' predictions on them (kept by content), and the threshold that each model's dev scores choose."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asknews_ner.evaluate.scores.counts import Counts, count, f1_of
from asknews_ner.fingerprints import fingerprint
from asknews_ner.storage.atomic import write_text
from asknews_ner.train.gliner.model import load_model
from asknews_ner.train.gliner.predict import Spans, gold_spans
from asknews_ner.train.loop.arguments import fast_bfloat16
from asknews_ner.train.rows import GlinerRow, types_of
from real_learning_parts.corpora import drawn, of_role, read
from real_learning_parts.overlap import Runs, without_seen
from real_learning_parts.settings import SEED, Settings

Scored = list[tuple[int, int, str, float]]
"""Spans of one row: (first word, last word, type, confidence)."""


@dataclass(frozen=True)
class TestSet:
    """Sentences to score on, with the full list of the set's types. `removed`: sentences that training holds; `of`: all in the file."""

    name: str
    rows: list[GlinerRow]
    types: list[str]
    removed: int
    of: int


def test_sets(trained: Runs, settings: Settings) -> list[TestSet]:
    """The test corpora: what training holds is removed from the whole file, then at most `test_sentences` are drawn."""
    found = []
    for corpus in of_role("test"):
        everything = read(corpus.name, corpus.files[0])
        kept, removed = without_seen(everything, trained, settings.run_words, settings.max_shared_runs)
        rows = drawn(kept, settings.test_sentences, "test", corpus.name, SEED)
        found.append(TestSet(corpus.name, rows, types_of(everything), removed, len(everything)))
    return found


def dev_sets(validation: Sequence[GlinerRow], settings: Settings) -> list[TestSet]:
    """What thresholds are chosen on: the dev files of the base's corpora, and the validation split of the pipeline's dataset."""
    found = []
    for corpus in of_role("base"):
        rows = drawn(read(corpus.name, "dev"), settings.dev_sentences, "dev", corpus.name, SEED)
        found.append(TestSet(f"{corpus.name} dev", rows, types_of(read(corpus.name, "train")), 0, len(rows)))
    rows = drawn(validation, settings.dev_sentences, "dev", SEED)
    return [*found, TestSet("pipeline validation", rows, types_of(validation), 0, len(rows))]


def predictions(work: Path, model: Path, sets: Sequence[TestSet], settings: Settings) -> dict[str, list[Scored]]:
    """Predicted spans with their confidence, by set; all types of the set asked for at once. Kept in `work`, by model and rows.

    One pass at the lowest threshold serves them all: flat decoding takes spans by falling confidence, so that a span's fate depends on
    higher ones only."""
    found: dict[str, list[Scored]] = {}
    loaded: Any = None
    for one in sets:
        stamp = fingerprint(model.name, [row["tokenized_text"] for row in one.rows], one.types, settings.thresholds[0])
        file = work / "predictions" / f"{stamp[:24]}.json"
        if not file.is_file():
            loaded = loaded or load_model(str(model))
            write_text(file, json.dumps(_predicted(loaded, one, settings)))
        kept = json.loads(file.read_text(encoding="utf-8"))
        found[one.name] = [[(start, end, label, score) for start, end, label, score in row] for row in kept]
    return found


def at(threshold: float, scored: Sequence[Scored]) -> list[Spans]:
    """What a threshold leaves."""
    return [frozenset((start, end, label) for start, end, label, score in row if score > threshold) for row in scored]


def _predicted(model: Any, one: TestSet, settings: Settings) -> list[Scored]:
    """As `train.gliner.predict.predict`, with the confidence of each span, and in bfloat16 where the hardware computes it."""
    import torch

    model.eval()
    collator = model.create_collator()
    order = sorted(range(len(one.rows)), key=lambda place: -len(one.rows[place]["tokenized_text"]))
    found: list[Scored] = [[] for _ in one.rows]
    for start in range(0, len(order), settings.predict_batch):
        part = order[start : start + settings.predict_batch]
        inputs = model.prepare_base_input([one.rows[place]["tokenized_text"] for place in part])
        batch = model.collate_batch(inputs, one.types, collator)
        with torch.autocast("cuda" if torch.cuda.is_available() else "cpu", torch.bfloat16, enabled=fast_bfloat16()):
            output = model.run_batch(batch, threshold=settings.thresholds[0])
        decoded = model.decode_batch(output, batch, threshold=settings.thresholds[0], flat_ner=True)
        for place, spans in zip(part, decoded, strict=True):
            found[place] = sorted((int(span.start), int(span.end), str(span.entity_type), float(span.score)) for span in spans)
    return found


def counts_of(one: TestSet, predicted: Sequence[Spans]) -> Counts:
    """[sentences, 3]: gold, predicted, correct."""
    return count(gold_spans(one.rows), predicted)


def f1(counts: Counts) -> float:
    """Micro-F1 over all sentences."""
    gold, predicted, correct = (float(value) for value in counts.sum(axis=0))
    return f1_of(gold, predicted, correct)[2]


def dev_scores(sets: Sequence[TestSet], predicted: Mapping[str, list[Scored]], thresholds: Sequence[float]) -> dict[float, float]:
    """Mean micro-F1 over the dev sets, by threshold."""
    return {threshold: sum(f1(counts_of(one, at(threshold, predicted[one.name]))) for one in sets) / len(sets) for threshold in thresholds}
