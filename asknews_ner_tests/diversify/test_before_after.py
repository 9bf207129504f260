"""Pool and sample side by side: counts add up, and measures apply where they say so."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.diversify.spread.before_after import GROUPED, POOL, SAMPLE, TEXT, compare
from asknews_ner.records import SampledArticle, SummaryVector, TopicMember


def member(key, topic="w/001", country="GB", language="en", window="w"):
    return TopicMember(key, window, topic, "clustered" if topic else "noise", 1.0, country, language)


def sampled(rows):
    """Sampled articles of members, made by field names: the record may gain fields."""
    given_fields = {"rank": 1, "why": "a test"}
    names = [field.name for field in dataclasses.fields(SampledArticle)]
    return [SampledArticle(**{name: getattr(row, name, given_fields.get(name)) for name in names}) for row in rows]


def vectors(rows):
    return [
        SummaryVector(row.article_id, "h", "e", tuple(float(place == own) for place in range(len(rows))), False, "GB", "en", None)
        for own, row in enumerate(rows)
    ]


MEMBERS = [member("a"), member("b"), member("c", "w/002", "SE", "sv"), member("d", "", "KE", "en"), member("e", "w/002", "ZZ", "fr")]


def found_of(rows):
    return {(row.kind, row.scope): row for row in rows}


def test_before_and_after():
    found = compare(MEMBERS, sampled([MEMBERS[0], MEMBERS[2]]), vectors(MEMBERS))
    rows = found_of(found.rows)
    assert set(rows) == {(kind, scope) for kind in (*GROUPED, TEXT) for scope in (POOL, SAMPLE)}
    country = rows["country", SAMPLE]
    assert (country.rows, country.groups, country.effective_groups) == (2, 2, pytest.approx(2))
    assert country.gini == pytest.approx(0.5), "two of the pool's four countries gave nothing"
    assert (rows["country", POOL].rows, rows["country", POOL].compared) == (5, 4), "an unknown country is in no reference"
    assert rows["topic", POOL].rows == 4, "noise has no topic"
    assert rows["text", POOL].vendi == pytest.approx(5)
    assert rows["text", SAMPLE].vendi == pytest.approx(2)
    assert rows["text", POOL].entropy is None
    assert rows["language", POOL].population_js is None
    assert 0 < country.population_tv < 1


def test_nothing_is_spread_over_nothing():
    found = compare([], [], [])
    assert found.shares == []
    assert all(row.rows == 0 and row.vendi is None and row.population_js is None for row in found.rows)


def test_tables_of_different_runs_are_refused():
    with pytest.raises(ValueError, match="1 articles are not in topic_members, x for one.*materialise sample"):
        compare(MEMBERS, sampled([member("x")]), vectors(MEMBERS))
    with pytest.raises(ValueError, match="not in summary_vectors, e for one.*materialise topics"):
        compare(MEMBERS, [], vectors(MEMBERS[:-1]))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["SE", "KE", "ZZ"]), st.sampled_from(["sv", "en"]), st.sampled_from(["v", "w"]), st.booleans(), st.booleans()
        ),
        max_size=25,
    )
)
def test_counts_add_up_and_measures_stay_in_their_ranges(drawn):
    members = [
        member(str(n), f"{window}/1" if topic else "", country, language, window)
        for n, (country, language, window, topic, _) in enumerate(drawn)
    ]
    chosen = sampled([row for row, (*_, taken) in zip(members, drawn, strict=True) if taken])
    found = compare(members, chosen, vectors(members))
    assert sum(row.pool for row in found.shares) == len(members)
    assert sum(row.selected for row in found.shares) == len(chosen)
    assert all(0 <= row.selected <= row.pool for row in found.shares)
    for row in found.rows:
        if row.groups:
            assert 1 <= row.effective_groups <= row.groups + 1e-9
            assert 0 <= row.gini < 1
        if row.vendi is not None:
            assert row.vendi == pytest.approx(row.rows)
