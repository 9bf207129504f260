"""Who stays at each stage and who leaves, by group, against all others.

A group of few rows swings by chance: its survival is therefore given with Wilson's interval, and only a group whose whole interval lies
below (above) the mean is said to fare worse (better). Of a handful of rows even that interval says too much (0 of 1 lies below a mean of
0.95), so that the exact binomial test must agree. The confidence is for all groups of a stage together (Bonferroni: each has its part of
the doubt), so that forty countries do not give two alarms by chance."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from asknews_ner.diversify.spread.measures import share_interval
from asknews_ner.report.audit.records import Loss, Survival

BELOW, ABOVE = "below", "above"
NOT_ACCOUNTED_FOR = "NOT_ACCOUNTED_FOR"


@dataclass(frozen=True)
class Passage:
    """What one stage did to its units (articles, or an article with one of its types). `left`: unit → stable code of the reason."""

    stage: str
    seen: frozenset[str]
    kept: frozenset[str]
    left: Mapping[str, str]


def passage(stage: str, before: frozenset[str], kept: Iterable[str], left: Mapping[str, str]) -> Passage:
    """A stage after another. What it lost without a reason is said to be NOT_ACCOUNTED_FOR; what only it has counts as seen, too."""
    staying = frozenset(kept)
    seen = before | staying
    return Passage(stage, seen, staying, {unit: left.get(unit, NOT_ACCOUNTED_FOR) for unit in seen - staying})


def leg(name: str, passages: Sequence[Passage]) -> Passage:
    """Several stages in a row as one. What left at the first of them left for that reason."""
    left: dict[str, str] = {}
    for one in reversed(passages):
        left |= one.left
    kept = passages[-1].kept
    seen = frozenset().union(*(one.seen for one in passages))
    return Passage(name, seen, kept, {unit: left.get(unit, NOT_ACCOUNTED_FOR) for unit in seen - kept})


def survivals(kind: str, one: Passage, group_of: Callable[[str], str], confidence: float) -> list[Survival]:
    """A row for each group that came in, the biggest first."""
    seen, kept = (Counter(group_of(unit) for unit in units) for units in (one.seen, one.kept))
    mean = len(one.kept) / len(one.seen) if one.seen else 0.0
    each = 1 - (1 - confidence) / max(len(seen), 1)
    ordered = sorted(seen, key=lambda name: (-seen[name], name))
    return [_survival(kind, one, group, seen[group], kept[group], mean, each) for group in ordered]


def _survival(kind: str, one: Passage, group: str, seen: int, kept: int, mean: float, confidence: float) -> Survival:
    survival, low, high = _interval(kept, seen, confidence)
    assert survival is not None
    assert low is not None
    assert high is not None
    p_value = _p_value(kept, seen, mean)
    side = BELOW if high < mean else ABOVE if low > mean else ""
    return Survival(
        kind=kind,
        stage=one.stage,
        group=group,
        seen=seen,
        kept=kept,
        lost=seen - kept,
        share_in=round(seen / len(one.seen), 6),
        share_out=round(kept / len(one.kept), 6) if one.kept else None,
        survival=survival,
        low=low,
        high=high,
        mean=round(mean, 4),
        p_value=round(p_value, 6),
        ratio=round(kept / seen / mean, 4) if mean else None,
        verdict=side if p_value < 1 - confidence else "",
    )


# Most groups are small, and many have the same counts.
_interval = cache(share_interval)


@cache
def _p_value(kept: int, seen: int, mean: float) -> float:
    from scipy.stats import binomtest

    return float(binomtest(kept, seen, mean).pvalue)


def losses(kind: str, one: Passage, group_of: Callable[[str], str]) -> list[Loss]:
    """A row for each group and reason, the most frequent first."""
    found = Counter((group_of(unit), reason) for unit, reason in one.left.items())
    ordered = sorted(found, key=lambda key: (-found[key], key))
    return [Loss(kind, one.stage, group, reason, found[group, reason]) for group, reason in ordered]
