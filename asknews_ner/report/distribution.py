"""How evenly rows are spread over groups, and how that changes from stage to stage."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """Measures of one distribution over groups."""

    rows: int
    groups: int
    effective_groups: float
    gini: float
    biggest_share: float


def spread(counts: Mapping[str, int]) -> Spread:
    """Measures of counts by group; groups with no rows do not count.

    `effective_groups`: exp of Shannon's entropy, the number of equal groups that would be as diverse. `gini`: 0 for equal
    groups, towards 1 when one has everything."""
    values = sorted(value for value in counts.values() if value > 0)
    total = sum(values)
    if not total:
        return Spread(0, 0, 0.0, 0.0, 0.0)
    entropy = -sum(value / total * math.log(value / total) for value in values)
    weighted = sum(rank * value for rank, value in enumerate(values, start=1))
    gini = 2 * weighted / (len(values) * total) - (len(values) + 1) / len(values)
    return Spread(total, len(values), math.exp(entropy), max(gini, 0.0), values[-1] / total)


def shares_by(counts: Mapping[tuple[str, str], int], position: int) -> Counter[str]:
    """Counts by country (position 0) or language (position 1) of counts by (country, language)."""
    found: Counter[str] = Counter()
    for key, value in counts.items():
        found[key[position]] += value
    return found
