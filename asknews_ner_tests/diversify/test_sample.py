"""The balanced sample: optimal, within its limits, and the same whatever the order."""

import datetime as dt
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asknews_ner.diversify.sampling.balance import Dimension, balance, cost_of
from asknews_ner.diversify.sampling.sample import Candidate, dimensions_of, draw
from asknews_ner.recipe import load_recipe

RECIPE = load_recipe("laptop")
START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
ONLY_COUNTRIES = {"topic": 0.0, "country_in_topic": 0.0, "country": 1.0, "language": 0.0, "publisher": 0.0}


def params(even=None, **changes):
    weights = RECIPE.sample.even.model_copy(update=even or {})
    return RECIPE.sample.model_copy(update={"even": weights, "noise_share": 1.0, "per_topic": None, **changes})


def candidate(key, topic="t1", country="GB", language="en", publisher="", hours=0):
    return Candidate(str(key), topic, "w", country, language, publisher, START + dt.timedelta(hours=hours))


POOLS = st.lists(
    st.tuples(
        st.sampled_from(["", "t1", "t2", "t3"]),
        st.sampled_from(["GB", "SE", "BR", "KE", "ZZ"]),
        st.sampled_from(["en", "sv", "pt"]),
        st.sampled_from(["", "p1", "p2"]),
    ),
    max_size=30,
)
LIMITS = st.fixed_dictionaries(
    {name: st.one_of(st.none(), st.integers(1, 6)) for name in ("per_topic", "per_country", "per_language", "per_publisher")}
)


def effective_countries(rows):
    shares = np.array(list(Counter(row.country for row in rows).values())) / max(len(rows), 1)
    return float(np.exp(-(shares * np.log(shares)).sum())) if len(shares) else 0.0


@settings(max_examples=60, deadline=None)
@given(POOLS, LIMITS, st.integers(1, 20), st.sampled_from([0.0, 0.3, 1.0]))
def test_no_limit_is_broken_nothing_is_taken_twice_and_counts_add_up(rows, limits, size, noise_share):
    pool = [candidate(number, *row) for number, row in enumerate(rows)]
    rule = params(size=size, noise_share=noise_share, **limits)
    outcome, solution = draw(pool, rule, 3)
    chosen = {row.article_id for row in outcome.kept}
    assert len(chosen) == len(outcome.kept) == solution.chosen <= size
    assert outcome.seen == len(pool)
    assert [row.rank for row in outcome.kept] == list(range(1, len(chosen) + 1))
    taken = [one for one in pool if one.article_id in chosen]
    for limit, group in (
        ("per_topic", "topic_id"),
        ("per_country", "country"),
        ("per_language", "language"),
        ("per_publisher", "publisher"),
    ):
        counts = Counter(getattr(one, group) for one in taken if getattr(one, group))
        assert max(counts.values(), default=0) <= (limits[limit] or size)
    assert sum(not one.topic_id for one in taken) <= int(size * noise_share)
    if not any(limits.values()) and noise_share == 1.0:
        assert len(chosen) == min(size, len(pool)), "without limits the sample is full"
    shuffled, _ = draw(list(reversed(pool)), rule, 3)
    assert [row.article_id for row in shuffled.kept] == [row.article_id for row in outcome.kept]


@settings(max_examples=40, deadline=None)
@given(POOLS.filter(lambda rows: 3 <= len(rows) <= 9), st.integers(1, 5))
def test_no_other_choice_is_better(rows, size):
    """Against all choices of as many articles."""
    pool = [candidate(number, *row) for number, row in enumerate(rows)]
    rule = params(size=size, per_country=2, gap=0.0)
    outcome, solution = draw(pool, rule, 1)
    dimensions = dimensions_of([one.cell for one in pool], rule)
    best = min(
        (
            cost_of(np.array([index in choice for index in range(len(pool))], dtype=np.int64), dimensions)
            for choice in combinations(range(len(pool)), len(outcome.kept))
            if max(Counter(pool[index].country for index in choice).values()) <= 2
        ),
        default=0.0,
    )
    assert solution.cost == pytest.approx(best, abs=1e-6)
    assert solution.bound <= solution.cost
    assert solution.gap == pytest.approx(0.0, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(POOLS, st.integers(1, 12), st.sampled_from(["t1", "t2"]))
def test_an_article_of_an_unseen_country_never_lowers_the_effective_number_of_countries(rows, size, topic):
    """Topics and budget fixed, and that number alone as the objective."""
    pool = [candidate(number, *row) for number, row in enumerate(rows)]
    rule = params(ONLY_COUNTRIES, size=size, gap=0.0)
    before, _ = draw(pool, rule, 1)
    after, _ = draw([*pool, candidate("new", topic, "FJ")], rule, 1)
    assert effective_countries(after.kept) >= effective_countries(before.kept) - 1e-9


def test_countries_are_even_within_topics_and_the_rare_one_is_whole():
    pool = [candidate(f"g{n}", "t1", "GB") for n in range(50)] + [candidate(f"s{n}", "t1", "SE", "sv") for n in range(3)]
    pool += [candidate(f"b{n}", "t2", "GB") for n in range(9)] + [candidate("k", "t2", "KE")]
    outcome, _ = draw(pool, params(size=8), 1)
    assert Counter((row.topic_id, row.country) for row in outcome.kept)["t1", "SE"] == 3
    assert Counter((row.topic_id, row.country) for row in outcome.kept)["t2", "KE"] == 1
    assert [row.topic_id for row in outcome.kept[:2]] == ["t1", "t2"], "topics come in turn"
    assert outcome.kept[0].why.endswith("there")


def test_within_a_cell_the_latest_comes_first_or_any():
    pool = [candidate(n, hours=n) for n in range(20)]
    latest, _ = draw(pool, params(size=2), 1)
    assert [row.article_id for row in latest.kept] == ["19", "18"]
    chosen = {tuple(row.article_id for row in draw(pool, params(size=2, within="random"), seed)[0].kept) for seed in range(5)}
    assert len(chosen) > 1


def test_each_limit_is_a_reason():
    pool = [candidate(f"a{n}", "t1", "GB", "en", "p1") for n in range(5)] + [candidate(f"n{n}", "", "SE") for n in range(5)]

    def reasons(**changes):
        outcome, _ = draw(pool, params(size=6, **changes), 1)
        return Counter(row.reason for row in outcome.rejected)

    assert reasons(per_topic=2, noise_share=0.2) == {"TOPIC_FULL": 3, "NOISE_FULL": 4}
    assert reasons(per_country=1) == {"COUNTRY_FULL": 8}
    assert reasons(per_language=2) == {"LANGUAGE_FULL": 8}
    assert reasons(per_publisher=1, noise_share=0.0) == {"PUBLISHER_FULL": 4, "NOISE_FULL": 5}
    assert reasons() == {"NOT_CHOSEN": 4}


def test_a_random_sample_depends_on_the_seed_alone():
    pool = [candidate(n, "t1", "GB" if n % 5 else "SE") for n in range(40)]
    first, solution = draw(pool, params(method="random", size=10), 1)
    again, _ = draw(pool, params(method="random", size=10), 1)
    other, _ = draw(pool, params(method="random", size=10), 2)
    assert [row.article_id for row in first.kept] == [row.article_id for row in again.kept]
    assert [row.article_id for row in first.kept] != [row.article_id for row in other.kept]
    assert (solution.cost, solution.gap) == (None, None)
    assert {row.why for row in first.kept} == {"random"}


def test_limits_may_leave_nothing():
    assert balance([], [], 5, 0.0, 10).counts.tolist() == []
    assert balance([3, 2], [Dimension(["a", "a"], 1.0, most=0)], 5, 0.0, 10).counts.tolist() == [0, 0]
