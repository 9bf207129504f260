"""Bootstrap over sentences: drawn with replacement within a set, the same draws for all models and groups of sentences."""

import zlib
from collections.abc import Sequence

import numpy as np

from asknews_ner.evaluate.scores.counts import Counts, Floats, f1_of_counts, f1_of_sums

_BLOCK = 4_000_000  # draws held at once, 32 MB


def resampled_f1(parts: Sequence[Counts], samples: int, seed: int, name: str) -> Floats:
    """[parts, samples]: micro-F1 of each part in each sample. All parts have a row for every sentence of the set, of zeros where a
    sentence is not theirs. `name`: of the set; sets are drawn independently of each other."""
    if not parts or not len(parts[0]):
        return np.zeros((len(parts), samples))
    sentences = len(parts[0])
    columns = np.concatenate(parts, axis=1).astype(np.float64)
    random = np.random.default_rng([seed, zlib.crc32(name.encode())])
    found = []
    for begin in range(0, samples, max(1, _BLOCK // sentences)):
        rows = min(max(1, _BLOCK // sentences), samples - begin)
        drawn = random.integers(0, sentences, size=(rows, sentences)) + np.arange(rows)[:, None] * sentences
        times = np.bincount(drawn.ravel(), minlength=rows * sentences).reshape(rows, sentences)
        found.append(f1_of_sums((times @ columns).reshape(rows, len(parts), 3)))
    return np.concatenate(found).T


def interval_of(values: Floats) -> tuple[float, float]:
    """95 % interval of bootstrap values (percentiles)."""
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def rounded(value: float, low: float, high: float) -> tuple[float, float, float]:
    """A figure and its interval as they are stored."""
    return round(value, 6), round(low, 6), round(high, 6)


def interval(counts: Counts, samples: int, seed: int, name: str = "") -> tuple[float, float]:
    """95 % bootstrap interval of the micro-F1; 0 to 0 without sentences."""
    return interval_of(resampled_f1([counts], samples, seed, name)[0])


def difference_interval(one: Counts, other: Counts, samples: int, seed: int, name: str = "") -> tuple[float, float, float]:
    """(difference of the micro-F1 `one` - `other`, 95 % interval), paired: both are scored on the same drawn sentences."""
    drawn = resampled_f1([one, other], samples, seed, name)
    return (f1_of_counts(one) - f1_of_counts(other), *interval_of(drawn[0] - drawn[1]))
