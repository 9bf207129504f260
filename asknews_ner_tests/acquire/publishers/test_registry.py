import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from asknews_ner.acquire.publishers.files import shipped_registry
from asknews_ner.acquire.publishers.hosts import domain_fault, host_of
from asknews_ner.acquire.publishers.publisher import Publisher
from asknews_ner.acquire.publishers.registry import PublisherError, Registry


def publisher(**changes):
    values = {"id": "bladet", "name": "Bladet", "domains": ["bladet.se"], "country": "SE", "languages": ["sv"], "kind": "newspaper"}
    return Publisher.model_validate({**values, "verified": False, **changes})


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("https://news.bbc.co.uk/2/hi/x.stm", "bbc"),
        ("HTTPS://WWW.BBC.CO.UK./news", "bbc"),
        ("https://cnnespanol.cnn.com/2020/x", "cnn_en_espanol"),
        ("https://edition.cnn.com/2020/x", "cnn"),
        ("https://www1.folha.uol.com.br/poder", "folha_de_s_paulo"),
        ("https://noticias.uol.com.br/x", "uol"),
        ("https://política.elpais.com/x", "el_pais"),
        ("https://japannews.yomiuri.co.jp/x", "the_japan_news"),
        ("bbc.com", "bbc"),
        ("https://www.bbc.com@evil.example.org/", None),
        ("https://notbbc.com/", None),
        ("https://bbc.co.uk.example.org/", None),
        ("https://someone.co.uk/", None),
        ("https://127.0.0.1/", None),
        ("https://[::1]/", None),
        ("https://[broken/", None),
        ("The Guardian", None),
        ("", None),
    ],
)
def test_the_longest_domain_that_a_host_ends_in(place, found):
    one = shipped_registry().find(place)
    assert (one.id if one else None) == found


@given(st.text())
def test_any_text_has_a_host_or_none(text):
    host = host_of(text)
    assert host is None or (host_of(host) == host and "." in host)
    shipped_registry().find(text)


@pytest.mark.parametrize(
    "domain",
    [
        "co.uk",
        "com",
        "blogspot.com",
        "https://bladet.se",
        "bladet.se/x",
        "www.bladet.se",
        "Bladet.se",
        "a",
        "a.nosuchsuffix",
        "10.0.0.1",
        "bla det.se",
        "",
    ],
)
def test_what_cannot_stand_for_a_publisher(domain):
    assert domain_fault(domain)


@pytest.mark.parametrize("domain", ["bbc.co.uk", "xn--bladt-mra.se", "folha.uol.com.br", "golwg.360.cymru"])
def test_what_can(domain):
    assert domain_fault(domain) == ""


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"country": "XX"}, "ISO 3166-1"),
        ({"country": "Sweden"}, "ISO 3166-1"),
        ({"languages": ["xx"]}, "ISO 639-1"),
        ({"languages": []}, "at least 1"),
        ({"languages": ["sv", "sv"]}, "twice"),
        ({"domains": ["co.uk"]}, "public suffix"),
        ({"feeds": ["file:///etc/passwd"]}, "not an http"),
        ({"feeds": ["https://bladet.se/a b"]}, "not an http"),
        ({"kind": "blog"}, "newspaper"),
        ({"id": "Bladet!"}, "pattern"),
        ({"other_countries": ["SE"]}, "seat"),
        ({"valid_from": "2020-02-02", "valid_until": "2020-02-01"}, "later"),
        ({"robots": {"stance": "restricts_ai"}}, "source"),
        ({"licence": {"stance": "CC-BY-4.0"}}, "source"),
        ({"text_and_data_mining": {"source": "https://bladet.se/terms"}}, "source"),
        ({"contry": "SE"}, "Extra inputs"),
    ],
)
def test_entries_with_a_fault(changes, told):
    with pytest.raises(ValidationError, match=told):
        publisher(**changes)


def test_ids_and_domains_are_unique():
    with pytest.raises(PublisherError, match="the id bladet stands in two"):
        Registry([publisher(), publisher(domains=["annat.se"])])
    with pytest.raises(PublisherError, match=r"bladet\.se stands in annat and in bladet"):
        Registry([publisher(), publisher(id="annat")])


def test_entries_of_ones_own_replace_and_add():
    registry = Registry([publisher(), publisher(id="annat", domains=["annat.se"])])
    own = registry.overridden_by([publisher(country="NO", domains=["bladet.no"]), publisher(id="nytt", domains=["nytt.se"])])
    assert [one.id for one in own.publishers] == ["annat", "bladet", "nytt"]
    assert own.find("bladet.no").country == "NO"
    assert own.find("bladet.se") is None, "the entry is replaced as a whole"
    assert len(registry.publishers) == 2


def test_the_shape_changes_with_what_can_shape_an_article_and_with_nothing_else():
    shape = Registry([publisher()]).shape
    same = publisher(name="Bladets", feeds=["https://bladet.se/rss"], verified=True, robots={"stance": "allows", "source": "https://a.se/"})
    assert Registry([same]).shape == shape
    for changes in ({"country": "NO"}, {"languages": ["sv", "fi"]}, {"valid_until": "2020-01-01"}, {"other_countries": ["FI"]}):
        assert Registry([publisher(**changes)]).shape != shape
