"""Trying addresses, through the real fetcher over real HTTP: every publisher's host is a name of one server on the loopback."""

import asyncio

import pytest
from yarl import URL

from asknews_ner.acquire.publishers.verify import Outcome, Tried, verify
from asknews_ner.recipe import load_recipe
from asknews_ner_tests.acquire.fetch.site import Site, answer, params, redirect, visiting
from asknews_ner_tests.acquire.publishers.test_registry import publisher

PARAMS = load_recipe("laptop").sources
RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>B</title>{}</channel></rss>'
ITEM = "<item><title>Hej</title><link>https://bladet.se/{}</link></item>"
FEED = answer(RSS.format(ITEM.format(1) + ITEM.format(2)), kind="application/rss+xml")


class AtLoopback:
    """The fetcher, with the port that the server has and without TLS; all else is the fetcher's own."""

    def __init__(self, fetcher, port):
        self.fetcher, self.port = fetcher, port

    async def get(self, url, *, etag=None, last_modified=None, kind="page"):
        return await self.fetcher.get(str(URL(url).with_scheme("http").with_port(self.port)), kind=kind)


def tried(pages, *publishers, wanted=None):
    """What was found, and the site."""

    async def run():
        site = Site({(URL(address).host, URL(address).path): given for address, given in pages.items()})
        done = []
        async with site.open(), visiting(site, wanted=wanted) as visit:
            found = await verify(publishers, AtLoopback(visit.fetcher, site.port), PARAMS, lambda: done.append(1))
        assert len(done) == len(publishers)
        return found, site

    return asyncio.run(run())


def silent(asked, writer):
    return asyncio.sleep(0)


@pytest.mark.parametrize(
    ("pages", "outcome", "told"),
    [
        ({"http://bladet.se/robots.txt": answer("User-agent: *\nDisallow: /", kind="text/plain")}, "WORKS", "status 200"),
        ({"http://bladet.se/robots.txt": answer("x", X_Robots_Tag="noai")}, "WORKS", "status 200"),
        ({}, "WORKS", "status 404"),
        ({"http://bladet.se/robots.txt": answer(status="403 Forbidden")}, "REFUSED", "status 403"),
        ({"http://bladet.se/robots.txt": answer(status="500 Oops")}, "REFUSED", "status 500"),
        ({"http://bladet.se/robots.txt": silent}, "NO_ANSWER", "no connection"),
        ({"http://bladet.se/robots.txt": redirect("http://nytt.com:PORT/robots.txt")}, "MOVED", "ends at nytt.com"),
        ({"http://bladet.se/robots.txt": redirect("http://www.bladet.se:PORT/robots.txt")}, "WORKS", "status 404"),
        ({"http://bladet.se/robots.txt": redirect("http://10.0.0.1/robots.txt")}, "FORBIDDEN", "10.0.0.1"),
        ({"http://bladet.se/robots.txt": redirect("/robots.txt")}, "UNUSABLE", "redirects come back"),
    ],
)
def test_a_domain(pages, outcome, told):
    def with_port(given):
        async def at(asked, writer):  # the port is known when the server runs
            port = writer.get_extra_info("sockname")[1]
            writer.write(given.replace(b":PORT", f":{port}".encode()))
            await writer.drain()

        return at if isinstance(given, bytes) else given

    (found,), site = tried({address: with_port(given) for address, given in pages.items()}, publisher())
    assert (found.kind, found.address, found.outcome.name) == ("domain", "https://bladet.se/robots.txt", outcome)
    assert told in found.detail
    assert all("desk@asknews.example" in one.headers["user-agent"] for one in site.asked)


@pytest.mark.parametrize(
    ("given", "outcome", "told"),
    [
        (FEED, "WORKS", "2 entries"),
        (answer(RSS.format(ITEM.format(1) + "<item><title>x</title></item>"), kind="text/xml"), "WORKS", "1 entries, NO_ADDRESS 1"),
        (answer('{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "https://a.se/1"}]}', kind="application/json"), "WORKS", "1 entries"),
        (answer("<html><body>Hej</body></html>"), "NOT_A_FEED", "no feed of a known kind"),
        (answer("%PDF", kind="application/pdf"), "NOT_A_FEED", "application/pdf"),
        (answer('<!DOCTYPE rss [<!ENTITY a "aa">]><rss>&a;</rss>', kind="text/xml"), "NOT_A_FEED", "entities of its own"),
        (answer(RSS.format(""), kind="text/xml"), "EMPTY_FEED", "0 entries"),
        (answer(status="404 Not Found"), "REFUSED", "status 404"),
        (answer("x", Content_Length="900000000", kind="text/xml"), "UNUSABLE", "900000000"),
        (answer(RSS.format(ITEM.format(1)), kind="text/xml", tdm_reservation="1"), "CLOSED", "tdm-reservation"),
    ],
)  # fmt: skip
def test_a_feed_is_read_as_acquisition_reads_it(given, outcome, told):
    (_, found), _ = tried({"http://bladet.se/rss": given}, publisher(feeds=["https://bladet.se/rss"]))
    assert (found.kind, found.outcome.name) == ("feed", outcome)
    assert told in found.detail


def test_a_feed_that_robots_txt_forbids_is_not_asked_for():
    pages = {"http://bladet.se/robots.txt": answer("User-agent: *\nDisallow: /rss", kind="text/plain"), "http://bladet.se/rss": FEED}
    found, site = tried(pages, publisher(feeds=["https://bladet.se/rss"]))
    assert [(one.kind, one.outcome.name) for one in found] == [("domain", "WORKS"), ("feed", "CLOSED")]
    assert "Disallow: /rss" in found[1].detail
    assert "/rss" not in site.paths("bladet.se")


def test_publishers_stand_in_their_order_and_every_outcome_has_its_words():
    ids = ["bladet", "bredvid", "annan"]
    found, _ = tried({}, *(publisher(id=one, domains=[f"{one}.se"]) for one in ids))
    assert [one.publisher_id for one in found] == ids
    assert all(isinstance(one, Tried) for one in found)
    assert len({outcome.value for outcome in Outcome}) == len(Outcome)


def test_a_server_that_stays_busy_refuses():
    pages = {"http://bladet.se/rss": answer(status="503 Busy", Retry_After="0")}
    (_, found), site = tried(pages, publisher(feeds=["https://bladet.se/rss"]), wanted=params(attempts=2))
    assert (found.outcome.name, found.detail) == ("REFUSED", "status 503 at the last attempt")
    assert site.paths("bladet.se").count("/rss") == 2
