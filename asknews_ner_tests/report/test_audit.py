"""The audit's arithmetic: survival, gaps and coverage, by their definitions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.acquire.publishers.publisher import Publisher
from asknews_ner.diversify.spread.readers import readers
from asknews_ner.diversify.spread.reference import people, years
from asknews_ner.report.audit.funnel import ABOVE, BELOW, NOT_ACCOUNTED_FOR, leg, losses, passage, survivals
from asknews_ner.report.audit.gaps import LOST, NONE_ARRIVE, TOO_FEW, Supply, coverage, gaps, missing
from asknews_ner.report.audit.records import Survival
from asknews_ner.report.audit.section import below
from asknews_ner.report.audit.spreads import covered, spread_of


def units(group, count):
    return [f"{group}{number}" for number in range(count)]


def group_of(unit):
    return unit.rstrip("0123456789")


def verdicts(kept, lost):
    before = frozenset(unit for group in kept for unit in units(group, kept[group] + lost.get(group, 0)))
    staying = [unit for group in kept for unit in units(group, kept[group])]
    one = passage("clean_articles", before, staying, {})
    return {row.group: row for row in survivals("country", one, group_of, 0.95)}


def test_a_big_group_that_loses_half_is_named_and_a_small_one_is_not():
    found = verdicts({"a": 900, "b": 30, "c": 1, "d": 40}, {"b": 30, "c": 1})
    assert (found["b"].verdict, found["b"].lost, found["b"].ratio) == (BELOW, 30, pytest.approx(0.5 / (971 / 1002), abs=1e-4))
    assert found["c"].verdict == "" and found["c"].survival == 0.5 and found["c"].low < 0.1
    assert found["a"].verdict == ABOVE and found["d"].verdict == ""
    assert sum(row.share_in for row in found.values()) == pytest.approx(1, abs=1e-5)


def test_one_of_one_that_is_lost_is_an_accident():
    """Wilson's interval alone would call it worse than a mean near 1."""
    rows = list(verdicts({"a": 700, "b": 0}, {"b": 1}).values())
    assert below(rows, least=3) == []
    assert [row.group for row in below(list(verdicts({"a": 700, "b": 0}, {"b": 3}).values()), least=3)] == ["b"]


def test_what_has_no_group_is_not_judged():
    """A row that cannot be read has no date and no language: that it is lost says nothing of a group."""
    assert below(list(verdicts({"a": 700, "": 0}, {"": 9}).values()), least=3) == []


def test_the_sample_is_not_judged():
    row = survivals("country", passage("sample", frozenset(units("a", 500)), units("a", 5), {}), group_of, 0.95)[0]
    judged = Survival(**{name: getattr(row, name) for name in row.__dataclass_fields__} | {"verdict": BELOW, "lost": 9})
    assert below([judged], least=1) == []


def test_legs_keep_the_first_reason_and_what_has_none_is_said():
    first = passage("articles", frozenset(["a1", "a2", "b1"]), ["a1", "b1"], {"a2": "TOO_SHORT"})
    second = passage("duplicates", first.kept, ["b1", "c1"], {"a1": "COPY", "a2": "COPY"})
    both = leg("before the sample", [first, second])
    assert both.seen == {"a1", "a2", "b1", "c1"} and both.kept == {"b1", "c1"}
    assert both.left == {"a1": "COPY", "a2": "TOO_SHORT"}
    assert [(row.group, row.reason, row.articles) for row in losses("country", both, group_of)] == [("a", "COPY", 1), ("a", "TOO_SHORT", 1)]
    assert passage("x", frozenset(["a1"]), [], {}).left == {"a1": NOT_ACCOUNTED_FOR}


@given(st.integers(0, 500), st.integers(1, 500), st.floats(0.0001, 0.9))
def test_what_is_missing_brings_the_share_to_the_target_and_no_less_does(count, others, target):
    of = count + others
    lacks = missing(count, of, target)
    assert (count + lacks) / (of + lacks) >= target - 1e-9
    if lacks:
        assert (count + lacks - 1) / (of + lacks - 1) < target + 1e-9


def publisher(name, country, *languages, others=()):
    return Publisher(
        id=name, name=name, domains=(f"{name.replace('_', '-')}.example.com",), country=country, other_countries=others, languages=languages,
        kind="online", verified=False,
    )  # fmt: skip


def test_gaps_rank_what_lacks_most_and_say_why_and_who_publishes_there():
    reach = {("SE", "sv"): 60.0, ("KE", "en"): 30.0, ("BR", "pt"): 10.0, ("FI", "sv"): 0.0}
    supply = Supply({("SE", "sv"): 90, ("KE", "en"): 40}, {("SE", "sv"): 90, ("KE", "en"): 10}, {("SE", "sv"): 5}, {})
    outlets = [publisher("b_one", "KE", "en"), publisher("a_two", "GB", "en", others=("KE",)), publisher("c", "KE", "sw", "en")]
    found = gaps(supply, reach, {"KE": 2023}, outlets, 2)
    assert [(row.rank, row.country, row.cause) for row in found] == [(1, "KE", LOST), (2, "BR", NONE_ARRIVE), (0, "FI", ""), (0, "SE", "")]
    kenya = found[0]
    assert (kenya.target, kenya.share, kenya.year, kenya.publishers, kenya.which) == (0.3, 0.1, 2023, 3, ("b_one", "a_two"))
    assert kenya.missing == 29  # 39 of 129 is 30.2 %, 38 of 128 less than 30 %
    few = gaps(Supply({("SE", "sv"): 90, ("KE", "en"): 10}, supply.pool, {}, {}), reach, {}, [], 2)[0]
    assert (few.cause, few.which) == (TOO_FEW, ())


def test_coverage_names_served_countries_first_and_leaves_the_unknown_out():
    reach = {("SE", "sv"): 9.0, ("BR", "pt"): 99.0, ("KE", "en"): 5.0, ("GH", "en"): 7.0}
    row = coverage("pool", {("SE", "sv"): 1, ("ZZ", "en"): 4, ("BR", "pt"): 0}, reach, [publisher("one", "KE", "en")], 3)
    assert (row.countries, row.missing, row.next) == (1, 2, ("KE", "BR"))


def test_readers_are_people_once_in_the_official_languages():
    found = readers(("de", "en", "es", "fr", "it", "no"), "internet_users")
    online = people("internet_users")
    assert ("DE", "de") in found and ("DE", "en") not in found  # official there; learned at school
    assert ("NL", "en") in found  # none of these is official in the Netherlands
    assert ("PH", "es") not in found
    assert found["NO", "no"] == pytest.approx(online["NO"], rel=0.01)  # CLDR has no `no` of its own in some lands, `nb` and `nn` in all
    swiss = [number for (country, _), number in found.items() if country == "CH"]
    assert len(swiss) == 3 and sum(swiss) <= online["CH"] * 1.0001
    assert 2000 < years("internet_users")["SE"] <= 2025 and years("population")["SE"] >= 2020


def test_spreads_count_the_unknown_apart():
    one = passage("topics", frozenset(), ["SE1", "SE2", "ZZ1", "BR1"], {})
    row = spread_of("country", one, group_of, {"SE", "BR", "KE"}, 125)
    assert (row.rows, row.groups, row.unknown, row.goal) == (4, 3, 1, 125)
    assert row.coverage == pytest.approx(2 / 125, abs=1e-4) and row.compared == 3
    assert row.people_covered == covered({"SE", "BR"}, "population") == pytest.approx(0.028, abs=0.004)
    assert row.gini > spread_of("country", one, group_of, {"SE", "BR"}, 125).gini  # Kenya is gone
    assert spread_of("topic", passage("topics", frozenset(), ["1", "t1"], {}), group_of, {"t"}, 125).unknown == 1
