"""Entity types that a benchmark and the training split share, by name and by meaning.

Familiarity: Golde et al., "Familiarity: Better Evaluation of Zero-Shot Named Entity Recognition by Quantifying Label Shifts in Synthetic
Training Data" (NAACL 2025, arXiv:2412.10121)."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from asknews_ner.diversify.embedding.encoders import Matrix
from asknews_ner.records import LabelFamiliarity


def familiarity(
    benchmark: str, evaluated: Mapping[str, int], training: Mapping[str, int], vectors: Mapping[str, NDArray[np.float32]], mentions: int
) -> list[LabelFamiliarity]:
    """One row a type of the benchmark, sorted by name. Source: the paper's metric with its Zipf weights.

    All training mentions are put in order of the similarity of their type's name to the evaluated one (cosine, below zero taken as
    zero); the first `mentions` count, the mention at rank r with weight 1 / r, and the sum is divided by that of all weights. Where
    training has fewer mentions, the missing ones count as zero. `evaluated`, `training`: mentions by type. `vectors`: of all types' names,
    of length 1."""
    names = sorted(training)
    counts = np.array([training[name] for name in names], dtype=np.int64)
    weights = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, mentions + 1))])
    found = []
    for label in sorted(evaluated):
        cosines = np.array([max(0.0, float(vectors[label] @ vectors[name])) for name in names])
        order = sorted(range(len(names)), key=lambda place: (-cosines[place], names[place]))
        ranks = np.minimum(np.concatenate([[0], np.cumsum(counts[order])]), mentions)
        value = float(cosines[order] @ np.diff(weights[ranks])) / float(weights[-1])
        nearest = order[0] if order else None
        found.append(
            LabelFamiliarity(
                benchmark,
                label,
                evaluated[label],
                label in training,
                "" if nearest is None else names[nearest],
                0.0 if nearest is None else round(float(cosines[nearest]), 6),
                round(value, 6),
            )
        )
    return found


def mentions_of(entities: Sequence[Sequence[tuple[str, str]]]) -> Counter[str]:
    """Mentions by type."""
    return Counter(label for text in entities for _, label in text)


def unit(names: Sequence[str], matrix: Matrix) -> dict[str, NDArray[np.float32]]:
    """Name → its vector; `matrix`: float32 [names, dimensions], rows of length 1."""
    return dict(zip(names, matrix, strict=True))
