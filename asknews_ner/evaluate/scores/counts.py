"""What is counted in every sentence: gold, predicted and correct, of entities and of words."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from asknews_ner.evaluate.benchmarks.benchmark import Benchmark
from asknews_ner.train.gliner.predict import Spans, gold_spans

Counts = NDArray[np.int64]
"""[sentences, 3]: gold, predicted, correct."""
Floats = NDArray[np.float64]


def gold_of(benchmark: Benchmark) -> list[Spans]:
    """Gold entities of each sentence, with those that stand on no words: nothing that is predicted equals them, so that they stay in
    the denominator, as in GLiNER's evaluation (where two of one type with the same missing ends are one, as here)."""
    found = gold_spans(benchmark.rows)
    for entity in benchmark.unmatchable:
        found[entity.sentence] |= {(entity.first, entity.last, entity.label)}
    return found


def count(gold: Sequence[Spans], predicted: Sequence[Spans], label: str | None = None) -> Counts:
    """Counts of each sentence, of one type or of all. An entity is correct if its type and both of its ends are."""
    return count_where(gold, predicted, lambda name: label is None or name == label)


def count_where(gold: Sequence[Spans], predicted: Sequence[Spans], counts: Callable[[str], bool]) -> Counts:
    """Counts of each sentence, of the types that count."""
    rows = []
    for of_gold, of_model in zip(gold, predicted, strict=True):
        golden = {span for span in of_gold if counts(span[2])}
        found = {span for span in of_model if counts(span[2])}
        rows.append((len(golden), len(found), len(golden & found)))
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def count_by_type(gold: Sequence[Spans], predicted: Sequence[Spans], types: Sequence[str]) -> dict[str, Counts]:
    """The counts of each of the types, in one pass."""
    place = {label: index for index, label in enumerate(types)}
    table = np.zeros((len(types), len(gold), 3), dtype=np.int64)
    for sentence, (of_gold, of_model) in enumerate(zip(gold, predicted, strict=True)):
        for column, spans in enumerate((of_gold, of_model, of_gold & of_model)):
            for span in spans:
                if span[2] in place:
                    table[place[span[2]], sentence, column] += 1
    return {label: table[index] for label, index in place.items()}


def count_tokens(gold: Sequence[Spans], predicted: Sequence[Spans]) -> Counts:
    """Counts of each sentence of pairs of a word and a type: a word in two nested entities of two types counts twice.

    An entity that stands on no words adds nothing."""
    return count([_words(spans) for spans in gold], [_words(spans) for spans in predicted])


def _words(spans: Spans) -> Spans:
    return frozenset((word, word, label) for start, end, label in spans if start >= 0 for word in range(start, end + 1))


def f1_of(gold: float, predicted: float, correct: float) -> tuple[float, float, float]:
    """(precision, recall, F1); 0 where the denominator is 0."""
    precision = correct / predicted if predicted else 0.0
    recall = correct / gold if gold else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def f1_of_counts(counts: Counts) -> float:
    """Micro-F1 of all sentences."""
    return f1_of(*(int(value) for value in counts.sum(axis=0)))[2]


def f1_of_sums(sums: Floats) -> Floats:
    """Micro-F1 from sums [..., 3] of gold, predicted and correct."""
    return np.asarray(2 * sums[..., 2] / np.maximum(sums[..., 0] + sums[..., 1], 1), dtype=np.float64)
