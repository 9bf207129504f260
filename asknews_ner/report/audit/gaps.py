"""What to collect next: which countries and languages have less than their share of the world's readers, and who publishes there.

The rule. Each pair of country and language should have the share of the pool that its readers have among the readers of all pairs
(`diversify.spread.readers`). A pair with n of N articles and the target t lacks ceil((t N - n) / (1 - t)) articles: with so many more of
this pair alone its share is t. Pairs are ranked by the gap between target and share. This is a rule for supply: the sample itself is drawn
as even as it can be, which the supply must allow."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from asknews_ner.acquire.publishers.publisher import Publisher
from asknews_ner.records import UNKNOWN_COUNTRY
from asknews_ner.report.audit.records import Coverage, Gap

NONE_ARRIVE, TOO_FEW, LOST = "none arrive", "too few arrive", "lost on the way"
Pair = tuple[str, str]


@dataclass(frozen=True)
class Supply:
    """Articles by country and language at four places."""

    arrived: Mapping[Pair, int]
    pool: Mapping[Pair, int]
    sampled: Mapping[Pair, int]
    examples: Mapping[Pair, int]


def missing(count: int, of: int, target: float) -> int:
    """How many more of one group would bring its share to the target; 0 where it has it. `target`: below 1."""
    return max(math.ceil((target * of - count) / (1 - target)), 0)


def gaps(supply: Supply, readers: Mapping[Pair, float], years: Mapping[str, int], publishers: Sequence[Publisher], named: int) -> list[Gap]:
    """All pairs with readers or articles: those that lack most first, then those that have enough. `named`: publishers to name at most."""
    everyone, pool, arrived = sum(readers.values()), sum(supply.pool.values()), sum(supply.arrived.values())
    outlets = outlets_of(publishers)
    rows = []
    for country, language in {*readers, *supply.arrived, *supply.pool}:
        pair = (country, language)
        target = readers.get(pair, 0.0) / everyone if everyone else 0.0
        share = supply.pool.get(pair, 0) / pool if pool else 0.0
        lacks = target > share
        rows.append(
            Gap(
                rank=0,
                country=country,
                language=language,
                readers=round(readers.get(pair, 0.0)),
                year=years.get(country),
                target=round(target, 8),
                arrived=supply.arrived.get(pair, 0),
                pool=supply.pool.get(pair, 0),
                sampled=supply.sampled.get(pair, 0),
                examples=supply.examples.get(pair, 0),
                share=round(share, 8),
                gap=round(target - share, 8),
                missing=missing(supply.pool.get(pair, 0), pool, target) if lacks and target < 1 else 0,
                cause=_cause(supply.arrived.get(pair, 0), arrived, target) if lacks else "",
                publishers=len(outlets.get(pair, ())),
                which=tuple(outlets.get(pair, ())[:named]),
            )
        )
    rows.sort(key=lambda row: (-row.gap, row.country, row.language))
    return [_ranked(row, rank) for rank, row in enumerate(rows, start=1)]


def _ranked(row: Gap, rank: int) -> Gap:
    return replace(row, rank=rank) if row.cause else row


def _cause(arrived: int, of: int, target: float) -> str:
    if not arrived:
        return NONE_ARRIVE
    return LOST if arrived / of >= target else TOO_FEW


def outlets_of(publishers: Sequence[Publisher]) -> dict[Pair, list[str]]:
    """(country, language) → ids of the outlets with a seat or edition there, those that have it as seat and main language first."""
    found: dict[Pair, list[tuple[bool, str]]] = {}
    for one in publishers:
        for country in (one.country, *one.other_countries):
            for language in one.languages:
                is_main = (country, language) == (one.country, one.languages[0])
                found.setdefault((country, language), []).append((not is_main, one.id))
    return {pair: [name for _, name in sorted(names)] for pair, names in found.items()}


def coverage(stage: str, counts: Mapping[Pair, int], readers: Mapping[Pair, float], publishers: Sequence[Publisher], goal: int) -> Coverage:
    """Countries that are there, and the absent ones to go for until the goal is reached."""
    there = {country for (country, _), count in counts.items() if count and country != UNKNOWN_COUNTRY}
    absent: Counter[str] = Counter()
    for (country, _), number in readers.items():
        if country not in there:
            absent[country] += round(number)
    served = {country for country, language in outlets_of(publishers) if (country, language) in readers}
    short = max(goal - len(there), 0)
    ordered = sorted(absent, key=lambda country: (country not in served, -absent[country], country))
    return Coverage(stage, len(there), goal, short, tuple(ordered[:short]))
