"""Whether two models differ: approximate randomisation over sentences, and Holm's correction over sets.

If the models did not differ, each sentence's two predictions could be exchanged. The share of random exchanges that give at least the
difference seen, either way, is the p-value. Source: Noreen, Computer-Intensive Methods for Testing Hypotheses (1989); Yeh, More accurate
tests for the statistical significance of result differences (COLING 2000); Holm, A simple sequentially rejective multiple test procedure
(1979). With R exchanges no p-value is below 1 / (R + 1)."""

import zlib
from collections.abc import Sequence

import numpy as np

from asknews_ner.evaluate.scores.counts import Counts, Floats, f1_of_counts, f1_of_sums

_BLOCK = 4_000_000
_SLACK = 1e-12  # sums of the same counts in another order are the same difference


def exchanged_differences(one: Counts, other: Counts, exchanges: int, seed: int, name: str) -> Floats:
    """[exchanges]: differences of the micro-F1 with the two models' predictions exchanged at random, sentence by sentence.

    `name`: of the set; sets are exchanged independently of each other."""
    differs = (one != other).any(axis=1)
    gold, models = one[:, 0].sum(), [counts[:, 1:].sum(axis=0) for counts in (one, other)]
    change = (other - one)[differs, 1:].astype(np.float64)
    random = np.random.default_rng([seed, zlib.crc32(name.encode())])
    step = max(1, _BLOCK // max(1, len(change)))
    found = []
    for begin in range(0, exchanges, step):
        moved = random.integers(0, 2, size=(min(step, exchanges - begin), len(change))) @ change
        sums = [np.column_stack([np.full(len(moved), gold), models[place] + sign * moved]) for place, sign in ((0, 1), (1, -1))]
        found.append(f1_of_sums(sums[0]) - f1_of_sums(sums[1]))
    return np.concatenate(found)


def p_value(seen: float, by_chance: Floats) -> float:
    """Two-sided p-value of a difference among those of random exchanges."""
    return float((1 + np.sum(np.abs(by_chance) >= abs(seen) - _SLACK)) / (1 + len(by_chance)))


def randomisation_p(one: Counts, other: Counts, exchanges: int, seed: int, name: str = "") -> float:
    """p-value of the difference of two models' micro-F1 on the same sentences; 1 where they predict the same."""
    return p_value(f1_of_counts(one) - f1_of_counts(other), exchanged_differences(one, other, exchanges, seed, name))


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values with Holm's correction for their number, in the given order."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    corrected = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        corrected[place] = highest
    return corrected
