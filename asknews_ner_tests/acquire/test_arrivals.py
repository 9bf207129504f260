import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asknews_ner.acquire.arrivals import arrive
from asknews_ner.acquire.articles import collect
from asknews_ner.acquire.deny import DenyEntry, DenyList
from asknews_ner.acquire.files import RawRow
from asknews_ner.acquire.language import packaged_identifier
from asknews_ner.recipe import load_recipe
from asknews_ner_tests.conftest import article

PARAMS = load_recipe("laptop").acquire
SWEDISH = (
    "Regeringen föreslår att skatten på bensin ska höjas från och med nästa år, sade finansministern på en pressträff i Stockholm i går."
)
GREEK = "Η κυβέρνηση ανακοίνωσε ότι θα αυξήσει τον φόρο στη βενζίνη από το επόμενο έτος, είπε ο υπουργός Οικονομικών στην Αθήνα."


def arrived(params=PARAMS, **values):
    outcome = arrive([RawRow("a.jsonl:1", values)], params, packaged_identifier(), DenyList()).outcome
    return outcome.kept[0] if outcome.kept else outcome.rejected[0]


def test_a_whole_row():
    row = arrived(
        url="https://a.example/1?utm_source=x",
        title="Skatt",
        text=SWEDISH,
        language="sv",
        country="Sweden",
        published_at="2026-03-02T05:00:00+01:00",
    )
    assert (row.article_id, row.language, row.language_origin, row.country) == ("https://a.example/1", "sv", "declared", "SE")
    assert row.published_at.isoformat() == "2026-03-02T04:00:00+00:00"
    assert row.notes == ()


def test_a_wrong_declared_language_is_corrected_and_noted():
    row = arrived(text=SWEDISH, language="da", country="SE", published_at="2026-03-02")
    assert (row.language, row.language_origin) == ("sv", "corrected")
    assert row.notes == ("language declared as da, identified as sv",)


def test_what_is_missing_is_identified_or_noted():
    row = arrived(text=SWEDISH)
    assert (row.language, row.language_origin, row.country, row.published_at) == ("sv", "identified", "ZZ", None)
    assert row.notes == ("no country given", "no date given")
    assert row.article_id.startswith("sha256:")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, "NO_TEXT"),
        ({"text": " \n\t"}, "NO_TEXT"),
        ({"text": ["a", "list"]}, "TEXT_NOT_A_STRING"),
        ({"text": "x " * 150_000, "language": "en"}, "TOO_LONG"),
        ({"text": GREEK}, "LANGUAGE_NOT_ACCEPTED"),
        ({"text": GREEK, "language": "sv"}, "LANGUAGE_NOT_ACCEPTED"),
        ({"text": SWEDISH, "language": "pl", "id": "x"}, ""),
        ({"text": "Kort."}, "LANGUAGE_UNKNOWN"),
    ],
)
def test_rows_that_leave(values, reason):
    assert getattr(arrived(**values), "reason", "") == reason


def test_what_robots_rules_and_licence_say_travels_with_the_article():
    row = arrived(
        id="7", url="https://a.example/1#top", text=SWEDISH, license="CC BY 4.0", robots="allowed", date_download="2026-03-02 05:00"
    )
    assert (row.article_id, row.url, row.licence, row.robots) == ("7", "https://a.example/1", "CC BY 4.0", "allowed")
    assert row.fetched_at.isoformat() == "2026-03-02T05:00:00+00:00"
    row = arrived(text=SWEDISH)
    assert (row.url, row.licence, row.robots, row.fetched_at) == ("", "", "unknown", None)
    assert arrived(text=SWEDISH, robots="disallow").reason == "ROBOTS_DISALLOW"
    evidence = "tags disallowed: meta robots: noai (https://a.example/1, 2026-11-21T12:00:00Z)"
    assert arrived(text=SWEDISH, robots="disallowed", robots_evidence=evidence).detail == evidence
    assert arrived(text=SWEDISH, robots="allowed", robots_evidence=evidence).robots_evidence == evidence
    assert arrived(PARAMS.model_copy(update={"unknown_robots": "reject"}), text=SWEDISH).reason == "ROBOTS_UNKNOWN"


@pytest.mark.parametrize(
    "values", [{"text": SWEDISH}, {}, {"text": "x " * 150_000}, {"text": 5}, {"text": GREEK}, {"id": "uuid-1", "text": SWEDISH}]
)
def test_a_denied_row_leaves_no_trace_whatever_else_is_wrong_with_it(values):
    deny = DenyList().with_entry(DenyEntry(publisher="bladet.example", reason="asked", since="2026-11-20"))
    row = RawRow(
        "bladet.example.jsonl:1", {"url": "https://www.bladet.example/hemlig", "title": "Hemlig rubrik", "country": "SE", **values}
    )
    found = arrive([row], PARAMS, packaged_identifier(), deny)
    (reject,) = found.outcome.rejected
    assert (reject.reason, reject.country) == ("TAKEN_DOWN", "SE")
    assert not any(word in str(reject) for word in ("bladet", "emlig", "uuid-1"))
    (article_id,) = found.denied_ids
    assert reject.key == deny.mark(article_id)


def test_the_first_of_an_id_stays():
    rows = [RawRow(f"a:{n}", {"id": "1", "text": f"{SWEDISH} {n}", "language": "sv"}) for n in (1, 2)]
    outcome = arrive(rows, PARAMS, packaged_identifier(), DenyList()).outcome
    assert [row.source for row in outcome.kept] == ["a:1"]
    assert (outcome.rejected[0].reason, outcome.rejected[0].key) == ("ID_SEEN_BEFORE", "a:2")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["id", "url", "text", "language", "country", "date"]),
            st.one_of(st.none(), st.text(), st.integers(), st.booleans()),
        ),
        max_size=8,
    )
)
def test_counts_add_up_whatever_comes(rows):
    outcome = arrive([RawRow(f"a:{n}", row) for n, row in enumerate(rows)], PARAMS, packaged_identifier(), DenyList()).outcome
    assert len(outcome.kept) + len(outcome.rejected) == len(rows)


def test_equal_contents_of_a_cell_become_one_the_earliest():
    import datetime as dt

    early, late = (dt.datetime(2026, 3, day, tzinfo=dt.UTC) for day in (1, 2))
    outcome = collect([article(article_id="b", published_at=late), article(article_id="c"), article(article_id="a", published_at=early)])
    assert [row.article_id for row in outcome.kept] == ["a"]
    assert [row.key for row in outcome.rejected] == ["b", "c"]
