"""Micro-F1 over exact (type, start, end), with bootstrap intervals over sentences (GLiNER's metric, facts: papers.md §3.5)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asknews_ner.evaluate.benchmarks.benchmark import Benchmark
from asknews_ner.evaluate.inference.predict import Spans
from asknews_ner.recipe import EvaluateParams
from asknews_ner.records import Score

Counts = NDArray[np.int64]
"""[sentences, 3]: gold, predicted, correct."""


def count(gold: Sequence[Spans], predicted: Sequence[Spans], label: str | None = None) -> Counts:
    """Counts of each sentence, of one type or of all."""

    def of_type(spans: Spans) -> Spans:
        return spans if label is None else frozenset(span for span in spans if span[2] == label)

    rows = [(len(of_type(g)), len(of_type(p)), len(of_type(g) & of_type(p))) for g, p in zip(gold, predicted, strict=True)]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def f1_of(gold: float, predicted: float, correct: float) -> tuple[float, float, float]:
    """(precision, recall, F1); 0 where the denominator is 0."""
    precision = correct / predicted if predicted else 0.0
    recall = correct / gold if gold else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def interval(counts: Counts, samples: int, seed: int) -> tuple[float, float]:
    """95 % bootstrap interval of the micro-F1 (percentiles, sentences drawn with replacement, seeded)."""
    if not len(counts):
        return 0.0, 0.0
    drawn = counts[np.random.default_rng(seed).integers(0, len(counts), size=(samples, len(counts)))].sum(axis=1)
    f1 = 2 * drawn[:, 2] / np.maximum(drawn[:, 0] + drawn[:, 1], 1)
    low, high = np.percentile(f1, [2.5, 97.5])
    return float(low), float(high)


def difference_interval(one: Counts, other: Counts, samples: int, seed: int) -> tuple[float, float, float]:
    """(difference of the micro-F1 `one` - `other`, 95 % interval), paired: both are scored on the same drawn sentences."""
    if not len(one):
        return 0.0, 0.0, 0.0
    drawn = np.random.default_rng(seed).integers(0, len(one), size=(samples, len(one)))

    def f1(counts: Counts, index: NDArray[np.int64]) -> NDArray[np.float64]:
        sums = counts[index].sum(axis=1)
        return np.asarray(2 * sums[:, 2] / np.maximum(sums[:, 0] + sums[:, 1], 1), dtype=np.float64)

    low, high = np.percentile(f1(one, drawn) - f1(other, drawn), [2.5, 97.5])
    return f1_of(*one.sum(axis=0))[2] - f1_of(*other.sum(axis=0))[2], float(low), float(high)


@dataclass(frozen=True)
class Evaluated:
    """One model on one benchmark: counts by sentence, for comparisons, and the scores made of them."""

    counts: Counts
    scores: list[Score]


def evaluate(
    model: str, benchmark: Benchmark, gold: Sequence[Spans], predicted: Sequence[Spans], params: EvaluateParams, seed: int
) -> Evaluated:
    """Scores over all sentences, by language and by entity type."""
    everything = count(gold, predicted)
    languages = np.array(benchmark.languages)
    groups: list[tuple[str, Counts]] = [("all", everything)]
    groups += [(f"language={language}", everything[languages == language]) for language in sorted(set(benchmark.languages)) if language]
    groups += [(f"type={label}", count(gold, predicted, label)) for label in benchmark.types]
    scores = []
    for group, counts in groups:
        gold_count, predicted_count, correct = (int(value) for value in counts.sum(axis=0))
        precision, recall, f1 = f1_of(gold_count, predicted_count, correct)
        low, high = interval(counts, params.bootstrap_samples, seed)
        scores.append(
            Score(
                model,
                benchmark.name,
                group,
                len(counts),
                gold_count,
                predicted_count,
                correct,
                round(precision, 6),
                round(recall, 6),
                round(f1, 6),
                round(low, 6),
                round(high, 6),
                params.threshold,
                seed,
            )
        )
    return Evaluated(everything, scores)
