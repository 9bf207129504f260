"""How evenly rows are spread over groups, how different texts are from one another, and how far shares are from others'.

All depend on the number of rows, some much: effective numbers and the Vendi score are at most that number, and few rows over many
groups are uneven by chance. A sample is therefore not as even as its pool merely because both were drawn in the same way."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Spread:
    """Measures of one distribution over groups."""

    rows: int
    groups: int
    entropy: float
    effective_groups: float
    gini: float
    biggest_share: float


def spread(counts: Mapping[str, int], supply: Iterable[str] = ()) -> Spread:
    """Measures of counts by group.

    `supply`: groups that could have given rows, such as all groups of the pool when the counts are the sample's. One that gave
    none counts as zero in the Gini coefficient (leaving a country out altogether is unequal too) and nowhere else. Groups
    outside of the supply count only if they have rows.

    `entropy`: Shannon's, in nats, from 0 (one group has all) to log(groups). `effective_groups`: exp(entropy), the number of
    equal groups that would be as diverse (Hill's number of order 1). `gini`: 0 for equal groups, towards 1 when one of many has
    everything. All are 0 where there are no rows."""
    present = sorted(value for value in counts.values() if value > 0)
    total = sum(present)
    if not total:
        return Spread(0, 0, 0.0, 0.0, 0.0, 0.0)
    entropy = abs(math.fsum(value / total * math.log(value / total) for value in present))
    left_out = sum(not counts.get(group, 0) > 0 for group in set(supply))
    return Spread(total, len(present), entropy, math.exp(entropy), gini([0] * left_out + present), present[-1] / total)


def gini(values: Sequence[float]) -> float:
    """Half the mean difference of all pairs, by the mean. Values of 0 or more; 0 when all are equal, and when there are none."""
    ordered = sorted(values)
    total, number = sum(ordered), len(ordered)
    if not total:
        return 0.0
    weighted = sum(rank * value for rank, value in enumerate(ordered, start=1))
    return max(2 * weighted / (number * total) - (number + 1) / number, 0.0)


def vendi(vectors: NDArray[np.float64]) -> float:
    """How many texts as different as can be would be as diverse: 1 when all vectors are the same, n when all are orthogonal.

    `vectors`: float [n, dimensions], of any length. exp of the von Neumann entropy of K/n, K the cosines of all pairs
    (Friedman and Dieng 2023, "The Vendi Score"). K = X X' and X' X have the same eigenvalues but for zeros, so the smaller of
    the two is taken: exact, and as dear as the dimensions, not the rows. A vector of zeros is like no other one: it counts as
    orthogonal to all. 0 for no vectors."""
    if not len(vectors):
        return 0.0
    norms = np.linalg.norm(vectors, axis=1)
    unit = vectors[norms > 0] / norms[norms > 0, None]
    rows, dimensions = unit.shape
    gram = unit @ unit.T if rows < dimensions else unit.T @ unit
    values = np.concatenate([np.linalg.eigvalsh(gram), np.ones(int((norms == 0).sum()))]) / len(vectors)
    # Rounding leaves some eigenvalues a little below zero; x log x goes to 0 with x.
    positive = values[values > 1e-12]
    return float(np.exp(-(positive * np.log(positive)).sum()))


@dataclass(frozen=True, slots=True)
class Distance:
    """How far the shares of some rows are from reference shares."""

    compared: int
    jensen_shannon: float | None
    total_variation: float | None


def distance(counts: Mapping[str, int], reference: Mapping[str, float]) -> Distance:
    """Distances between shares of rows by group and the shares of a reference, over the groups of both.

    `compared`: rows of groups that the reference knows; other rows (an unknown country) are left out of both distances.
    `jensen_shannon`: square root of the divergence in bits, from 0 (same shares) to 1 (nothing in common).
    `total_variation`: the share of rows that would have to be of another group, from 0 to 1. None where nothing can be compared."""
    from scipy.spatial.distance import jensenshannon

    groups = sorted(reference)
    ours = np.array([counts.get(group, 0) for group in groups], dtype=np.float64)
    theirs = np.array([reference[group] for group in groups], dtype=np.float64)
    compared = int(ours.sum())
    if not compared or not theirs.sum():
        return Distance(compared, None, None)
    ours, theirs = ours / ours.sum(), theirs / theirs.sum()
    # Rounding can take the root of a number a little below zero, which is not a number.
    found = float(jensenshannon(ours, theirs, base=2))
    return Distance(compared, 0.0 if math.isnan(found) else min(found, 1.0), float(np.abs(ours - theirs).sum() / 2))


def share_interval(found: int, of: int, confidence: float) -> tuple[float | None, float | None, float | None]:
    """(share, lower end, upper end) of a count, the ends by Wilson's method, which few rows do not deceive; nothing where `of` is 0.

    Source: Wilson 1927, as in scipy."""
    from scipy.stats import binomtest

    if not of:
        return None, None, None
    ends = binomtest(found, of).proportion_ci(confidence, method="wilson")
    return round(found / of, 4), round(float(ends.low), 4), round(float(ends.high), 4)


def shares_by(counts: Mapping[tuple[str, str], int], position: int) -> Counter[str]:
    """Counts by country (position 0) or language (position 1) of counts by (country, language)."""
    found: Counter[str] = Counter()
    for key, value in counts.items():
        found[key[position]] += value
    return found
