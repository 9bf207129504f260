import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.acquire.columns import field_values
from asknews_ner.acquire.normalise import canonical_url, clean_text, country_code, language_code, parse_time, robots_decision

UTC = dt.UTC


@pytest.mark.parametrize(
    ("given_value", "wanted"),
    [
        ("2026-03-02T04:31:00Z", dt.datetime(2026, 3, 2, 4, 31, tzinfo=UTC)),
        ("2026-03-02T05:31:00+01:00", dt.datetime(2026, 3, 2, 4, 31, tzinfo=UTC)),
        ("2026-03-02", dt.datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-03-02 04:31", dt.datetime(2026, 3, 2, 4, 31, tzinfo=UTC)),
        ("Mon, 02 Mar 2026 05:31:00 +0100", dt.datetime(2026, 3, 2, 4, 31, tzinfo=UTC)),
        (1772425860, dt.datetime(2026, 3, 2, 4, 31, tzinfo=UTC)),
        (dt.datetime(2026, 3, 2, 4, 31), dt.datetime(2026, 3, 2, 4, 31, tzinfo=UTC)),
        (dt.date(2026, 3, 2), dt.datetime(2026, 3, 2, tzinfo=UTC)),
        ("31.02.2026", None),
        ("yesterday evening", None),
        ("0000-00-00T00:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("2999-01-01", None),
        (1e30, None),
        (True, None),
        (None, None),
        ("", None),
    ],
)
def test_times(given_value, wanted):
    assert parse_time(given_value) == wanted


@given(st.text())
def test_any_text_is_a_time_or_none(text):
    parsed = parse_time(text)
    assert parsed is None or parsed.tzinfo is UTC


@pytest.mark.parametrize(
    ("value", "code"),
    [("SE", "SE"), ("se", "SE"), ("swe", "SE"), ("Sweden", "SE"), ("UK", "GB"), ("Atlantis", "ZZ"), ("XX", "ZZ"), ("", "ZZ"), ("XK", "ZZ")],
)
def test_countries(value, code):
    assert country_code(value) == code


@pytest.mark.parametrize(
    ("value", "code"),
    [("pt-BR", "pt"), ("nb", "no"), ("nn_NO", "no"), ("nob", "no"), ("eng", "en"), ("English", "en"), ("pcm", "pcm"), ("UK", "uk")],
)
def test_languages(value, code):
    assert language_code(value) == code


def test_addresses_lose_tracking_and_fragment_only():
    assert canonical_url("HTTPS://News.example:443/a?utm_source=x&id=3#top") == "https://news.example/a?id=3"
    assert canonical_url("https://news.example/a?id=3") == "https://news.example/a?id=3"
    for bad in ("ftp://a.example", "javascript:alert(1)", "no address", "https://[bad"):
        assert canonical_url(bad) is None


@given(st.text())
def test_clean_text_is_stable_and_holds_no_controls(text):
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert not any(ord(character) < 32 and character != "\n" for character in cleaned)
    cleaned.encode("utf-8")


def test_columns_of_other_exports_are_known():
    fields = field_values({"source_url": "u", "maintext": "t", "Headline": "h", "lang": "en", "source_country": "SE", "pub_date": "d"})
    assert fields == {
        "id": None,
        "url": "u",
        "title": "h",
        "text": "t",
        "language": "en",
        "country": "SE",
        "publisher": None,
        "published_at": "d",
        "fetched_at": None,
        "licence": None,
        "robots": None,
        "robots_evidence": None,
    }


@pytest.mark.parametrize(
    ("value", "decision"),
    [("allowed", "allowed"), (True, "allowed"), ("Disallow", "disallowed"), (0, "disallowed"), (None, "unknown"), ("maybe", "unknown")],
)
def test_robots_decisions(value, decision):
    assert robots_decision(value) == decision
