"""Pool and sample side by side: what each window, country and language gave, and the measures before and after."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from asknews_ner.diversify.spread.measures import distance, spread, vendi
from asknews_ner.diversify.spread.reference import people
from asknews_ner.records import DistributionRow, SampledArticle, ShareRow, SummaryVector, TopicMember

POOL, SAMPLE = "pool", "sample"
COUNTRY, TEXT = "country", "text"
GROUPED = {COUNTRY: "country", "language": "language", "topic": "topic_id", "window": "window"}
"""Kind of group → field of members and of sampled articles."""


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """Measures by kind of group and scope, and the counts they were made of."""

    rows: list[DistributionRow]
    shares: list[ShareRow]


def compare(members: Sequence[TopicMember], sample: Sequence[SampledArticle], vectors: Sequence[SummaryVector]) -> BeforeAfter:
    """Measures of the pool (all members of windows) and of the sample, and counts by window, country and language.

    `vectors`: of all members, in any order. Raises ValueError if a sampled article is no member, or a member has no vector."""
    pool = {row.article_id for row in members}
    _must_hold(pool, sample, "topic_members", "materialise sample again")
    matrix = {row.article_id: row.vector for row in vectors}
    _must_hold(matrix, members, "summary_vectors", "materialise topics again")
    scopes: dict[str, Sequence[TopicMember | SampledArticle]] = {POOL: members, SAMPLE: sample}
    rows = [_grouped(kind, scope, scopes) for kind in GROUPED for scope in scopes]
    for scope, inside in scopes.items():
        values = np.array([matrix[row.article_id] for row in inside], dtype=np.float64)
        none: dict[str, None] = dict.fromkeys(("groups", "entropy", "effective_groups", "gini", "biggest_share"))
        rows.append(_row(TEXT, scope, rows=len(inside), **none, vendi=vendi(values) if len(inside) else None))
    given, taken = (Counter((row.window, row.country, row.language) for row in inside) for inside in scopes.values())
    return BeforeAfter(rows, [ShareRow(*cell, given[cell], taken[cell]) for cell in sorted({*given, *taken})])


def _must_hold(ids: Mapping[str, object] | set[str], rows: Sequence[TopicMember | SampledArticle], table: str, remedy: str) -> None:
    missing = [row.article_id for row in rows if row.article_id not in ids]
    if missing:
        raise ValueError(f"{len(missing)} articles are not in {table}, {missing[0]} for one: the tables are of different runs; {remedy}")


def _grouped(kind: str, scope: str, scopes: Mapping[str, Sequence[TopicMember | SampledArticle]]) -> DistributionRow:
    counts = Counter(group for row in scopes[scope] if (group := getattr(row, GROUPED[kind])))
    supply = {group for row in scopes[POOL] if (group := getattr(row, GROUPED[kind]))}
    return _row(kind, scope, **measures_of(kind, counts, supply))


def measures_of(kind: str, counts: Mapping[str, int], supply: Collection[str]) -> dict[str, float | int | None]:
    """Measures of counts by group, under the names of the record's fields; of countries their distances to people as well.

    `supply`: as of `measures.spread`."""
    found = spread(counts, supply)
    values: dict[str, float | int | None] = {name: getattr(found, name) for name in found.__dataclass_fields__}
    if kind == COUNTRY:
        everyone, online = distance(counts, people("population")), distance(counts, people("internet_users"))
        values |= {"compared": everyone.compared, "population_js": everyone.jensen_shannon, "population_tv": everyone.total_variation}
        values |= {"online_js": online.jensen_shannon, "online_tv": online.total_variation}
    return values


def _row(kind: str, scope: str, **values: float | int | None) -> DistributionRow:
    """A row; measures that are not given do not apply."""
    return DistributionRow(kind, scope, **{name: values.get(name) for name in list(DistributionRow.__dataclass_fields__)[2:]})  # type: ignore[arg-type]
