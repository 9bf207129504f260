"""The registry that the package carries: form is checked by loading it; here what it must hold, and what it must not."""

from importlib.resources import files
from pathlib import Path

import yaml

from asknews_ner.acquire.publishers.files import shipped_registry
from asknews_ner.acquire.publishers.hosts import host_of, suffixes
from asknews_ner.recipe import LANGUAGES

EVERY = shipped_registry().publishers
DATA = Path(str(files("asknews_ner.acquire.publishers") / "data"))


def test_there_are_enough_publishers_countries_and_languages():
    assert len(EVERY) >= 1000
    assert len({one.country for one in EVERY}) >= 200
    for language in LANGUAGES:
        alone = [one for one in EVERY if one.languages == (language,)]
        assert len(alone) >= 8, f"{language}: too few that write nothing else"


def test_no_address_claims_to_have_been_tried():
    assert not any(one.verified for one in EVERY)


def test_stances_are_known_only_with_a_source_that_is_not_the_publisher_untried():
    stances = [(one.id, s) for one in EVERY for s in (one.licence, one.robots, one.text_and_data_mining)]
    known = [(publisher, stance) for publisher, stance in stances if stance.stance != "unknown"]
    assert len(known) >= 8
    assert all(stance.source for _, stance in known)


def test_every_domain_leads_to_its_own_publisher():
    registry = shipped_registry()
    for one in EVERY:
        for domain in one.domains:
            for host in (domain, f"www.{domain}", f"https://M.{domain}:443/a?b#c"):
                assert registry.find(host) is one, host


def test_an_edition_under_a_domain_of_another_publisher_says_something_else_than_that():
    """An entry for a subdomain is only worth its lines where country, language or outlet differ."""
    registry = shipped_registry()
    for one in EVERY:
        for domain in one.domains:
            parent = next((found for above in suffixes(domain)[1:] if (found := registry.find(above))), None)
            assert parent is None or parent.name != one.name, domain


def test_feeds_are_of_their_publisher_or_of_a_known_host_of_feeds():
    strangers = {
        (one.id, host_of(feed)) for one in EVERY for feed in one.feeds if not set(suffixes(host_of(feed) or "")) & set(one.domains)
    }
    assert strangers == {
        ("bbc", "feeds.bbci.co.uk"), ("el_mundo", "e00-elmundo.uecdn.es"), ("publico_portugal", "feeds.feedburner.com"),
        ("sky_news", "feeds.skynews.com"), ("unian", "rss.unian.net"),
    }  # fmt: skip


def test_files_are_read_the_same_by_any_yaml_reader():
    """`no` and `NO` are quoted, so that readers that take them for falsehoods get Norwegian and Norway as well."""
    entries = [entry for file in sorted(DATA.glob("*.yaml")) for entry in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)]
    plain = {(entry["id"], entry["country"], tuple(entry["languages"]), tuple(entry["domains"])) for entry in entries}
    assert plain == {(one.id, one.country, one.languages, one.domains) for one in EVERY}


def test_files_stay_short_enough_to_read_and_are_sorted_by_country():
    for file in DATA.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        assert len(text.splitlines()) < 1500, file.name
        countries = [entry["country"] for entry in yaml.load(text, yaml.CSafeLoader)]
        assert countries == sorted(countries), file.name
