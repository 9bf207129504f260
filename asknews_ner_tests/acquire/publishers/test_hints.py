"""The registry in the first stage: what it fills, what it leaves, and that what an article declares stands."""

import pytest

from asknews_ner.acquire.arrivals import arrive
from asknews_ner.acquire.deny import DenyList
from asknews_ner.acquire.files import RawRow
from asknews_ner.acquire.language import packaged_identifier
from asknews_ner.acquire.publishers.files import shipped_registry
from asknews_ner.acquire.publishers.hints import RegistryUse
from asknews_ner.recipe import load_recipe

PARAMS = load_recipe("laptop").acquire
SWEDISH = (
    "Regeringen föreslår att skatten på bensin ska höjas från och med nästa år, sade finansministern på en pressträff i Stockholm i går."
)


def arrived(fill="sure", **values):
    params = PARAMS.model_copy(update={"fill_from_publisher": fill})
    found = arrive(
        [RawRow("a.jsonl:1", {"text": SWEDISH, **values})], params, packaged_identifier(), DenyList(), publishers=shipped_registry()
    )
    (row,) = found.outcome.kept or found.outcome.rejected
    return row, found.publishers


def test_a_publisher_of_one_country_gives_it():
    row, use = arrived(url="https://www.dn.se/sverige/a")
    assert (row.country, row.country_origin) == ("SE", "publisher")
    assert row.notes == ("no country given, taken from its publisher", "no date given")
    assert use == RegistryUse(countries_filled=1, languages_filled=1)


def test_a_publisher_of_several_countries_only_as_a_hint():
    row, use = arrived(url="https://elpais.com/a")
    assert (row.country, row.country_origin) == ("ZZ", "unknown")
    row, use = arrived("hint", url="https://elpais.com/a")
    assert (row.country, row.country_origin, use.countries_filled) == ("ES", "publisher_hint", 1)


def test_a_recipe_that_wants_nothing_of_it():
    row, use = arrived("never", url="https://www.dn.se/a", country="FI")
    assert (row.country, row.notes, use) == ("FI", ("no date given",), RegistryUse())
    assert arrived("never", url="https://www.dn.se/a")[0].country == "ZZ"


def test_what_is_declared_stands_and_disagreement_is_noted_and_counted():
    row, use = arrived(url="https://www.dn.se/a", country="FI", language="sv")
    assert (row.country, row.country_origin, row.language_origin) == ("FI", "declared", "declared")
    assert row.notes == ("no date given", "country declared as FI, the publisher dagens_nyheter is of SE")
    assert use == RegistryUse(articles_that_disagree=1)
    assert arrived(url="https://elpais.com/a", country="MX", language="es", text="Sí.")[0].notes == ("no date given",)


def test_a_country_that_is_none_is_taken_from_the_publisher_and_noted():
    row, _ = arrived(url="https://www.dn.se/a", country="Atlantis")
    assert (row.country, row.country_origin) == ("SE", "publisher")
    assert row.notes[0] == "unknown country 'Atlantis', taken from its publisher"


@pytest.mark.parametrize(
    ("fill", "url", "text", "expected"),
    [
        ("sure", "https://www.dn.se/a", "Kort.", ("sv", "publisher")),
        ("sure", "https://yle.fi/a", "Kort.", ("", "")),
        ("hint", "https://yle.fi/a", "Kort.", None),
        ("hint", "https://www.blick.ch/a", "Kurz.", ("de", "publisher_hint")),
        ("hint", "https://www.blick.ch/a", SWEDISH, ("sv", "identified")),
        ("sure", "https://www.dr.dk/a", SWEDISH, ("sv", "identified")),
        ("sure", "https://www.dn.se/a", SWEDISH, ("sv", "publisher")),
    ],
)
def test_languages(fill, url, text, expected):
    """Short texts take the publisher's language; long ones only where the identifier is not sure of another. Yle's first is no one of ours."""
    row, _ = arrived(fill, url=url, text=text)
    if expected is None:
        assert (row.reason, row.detail) == ("LANGUAGE_NOT_ACCEPTED", "publisher_hint: fi")
    elif not expected[0]:
        assert row.reason == "LANGUAGE_UNKNOWN"
    else:
        assert (row.language, row.language_origin) == expected


def test_a_declared_language_that_the_publisher_does_not_write():
    row, use = arrived(url="https://www.dn.se/a", language="fi", text="Lyhyt.")
    assert row.reason == "LANGUAGE_NOT_ACCEPTED", "what is declared stands, even so"
    row, use = arrived(url="https://www.dn.se/a", language="en", text="Short.")
    assert (row.language, row.language_origin, use.articles_that_disagree) == ("en", "declared", 1)


def test_a_name_that_is_a_domain_counts_where_the_address_is_of_nobody_known():
    assert arrived(publisher="dn.se")[0].country == "SE"
    assert arrived(publisher="dn.se", url="https://mirror.example/a")[0].country == "SE"
    assert arrived(publisher="Dagens Nyheter")[0].country == "ZZ"


def test_outside_of_its_years_an_outlet_tells_nothing():
    assert arrived(url="https://news.tut.by/a", published_at="2021-05-18")[0].country == "BY"
    assert arrived(url="https://news.tut.by/a", published_at="2021-05-19")[0].country == "ZZ"
    assert arrived(url="https://news.tut.by/a")[0].country == "BY", "without a date nothing speaks against it"


def test_rejected_rows_bear_the_country_too():
    row, use = arrived(url="https://www.dn.se/a", text="")
    assert (row.reason, row.country, use) == ("NO_TEXT", "SE", RegistryUse())
