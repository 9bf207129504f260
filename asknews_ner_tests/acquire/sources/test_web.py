import datetime as dt
import json

import pytest

from asknews_ner.acquire.extract.page import Extracted, ExtractFault, ExtractReject
from asknews_ner.acquire.fetch.types import FetchReject, NotModified, Page, Refusal
from asknews_ner.acquire.sources.items import FoundArticle, Mark, RefusedItem, SeenBefore
from asknews_ner.acquire.sources.page_articles import Extractor
from asknews_ner.acquire.sources.web import LinkedSource
from asknews_ner.recipe import load_recipe
from asknews_ner.records import RobotsDecision, Statement

PARAMS = load_recipe("laptop").sources
NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
ALLOWED = RobotsDecision((Statement("robots.txt", "allowed", "no rule", "https://a.example/robots.txt", NOW),))
ITEM = "<item><title>Nyt {0}</title><link>https://a.example/{0}?utm_source=rss</link><pubDate>{1}</pubDate><description>Kort</description></item>"
DAY = "Mon, 02 Mar 2026 05:00:00 GMT"


def feed(*items):
    return f'<rss version="2.0"><channel><title>Avisen</title>{"".join(items)}</channel></rss>'.encode()


class Site:
    """Answers from memory, in the fetcher's form; counts what it is asked for."""

    def __init__(self, answers):
        self.answers, self.asked, self.open = answers, [], 0

    async def __aenter__(self):
        self.open += 1
        return self

    async def __aexit__(self, *_):
        self.open -= 1

    async def get(self, url, *, etag=None, last_modified=None, kind="page"):
        self.asked.append((url, etag, kind))
        answer = self.answers.get(url, Refusal(url, FetchReject.CLIENT_ERROR, "404"))
        if isinstance(answer, Refusal | Page):
            return answer
        if etag == f"tag of {len(answer)}":
            return NotModified(url, url, NOW)
        return Page(url, url, 200, "text/html; charset=utf-8", answer, NOW, f"tag of {len(answer)}", None, ALLOWED)


def extract(body, url, content_type):
    if b"<p>" not in body:
        return ExtractReject(ExtractFault.NO_TEXT, "none")
    text = body.decode().split("<p>")[1]
    return Extracted(
        "Side",
        text,
        "",
        NOW,
        "meta",
        1.0,
        "da",
        "" if "b.example" in url else url.partition("?")[0],
        "a.example",
        False,
        "utf-8",
        "test",
        (),
    )


def read(site, *places, kind="feeds", cursor="", **how):
    params, at_once = how.pop("params", PARAMS), how.pop("at_once", 1)
    items = list(LinkedSource(kind, places, params, Extractor(extract, at_once), (lambda: site) if site else None, **how).read(cursor))
    return (
        [one for one in items if isinstance(one, FoundArticle)],
        [one for one in items if isinstance(one, RefusedItem)],
        [one for one in items if isinstance(one, Mark)][-1:],
        [one for one in items if isinstance(one, SeenBefore)],
    )


FEED = "https://a.example/feed"


@pytest.mark.parametrize("at_once", [1, 3])
def test_a_feed_and_its_pages(at_once):
    site = Site(
        {
            FEED: feed(*(ITEM.format(n, DAY) for n in range(3))),
            "https://a.example/0?utm_source=rss": b"<p>Tekst 0",
            "https://a.example/1?utm_source=rss": b"none",
        }
    )
    found, refused, _, _ = read(site, FEED, at_once=at_once)
    assert [kind for _, _, kind in site.asked] == ["feed", "page", "page", "page"] and site.open == 0
    (article,) = found
    assert (article.text, article.title, article.url) == ("Tekst 0", "Nyt 0", "https://a.example/0")
    assert (article.requested_url, article.robots, article.fetched_at) == ("https://a.example/0?utm_source=rss", "allowed", NOW.isoformat())
    assert (article.language, article.published_at) == ("da", DAY)
    assert [(one.reason.name, one.title) for one in refused] == [("NO_TEXT", "Nyt 1"), ("CLIENT_ERROR", "Nyt 2")]


def test_an_article_stands_at_the_address_that_a_redirect_led_to():
    """Feeds link through counters; the counter's host is not the publisher's. (`extract` gives no canonical address for b.example.)"""
    site = Site({FEED: feed(ITEM.format(0, DAY))})
    moved = Page("https://a.example/0?utm_source=rss", "https://b.example/0", 200, "text/html", b"<p>Tekst", NOW, None, None, ALLOWED)
    site.answers["https://a.example/0?utm_source=rss"] = moved
    (article,), _, _, _ = read(site, FEED)
    assert (article.url, article.requested_url) == ("https://b.example/0", "https://a.example/0?utm_source=rss")


def test_an_unchanged_feed_is_not_read_again_and_one_with_lost_pages_is():
    site = Site({FEED: feed(ITEM.format(0, DAY)), "https://a.example/0?utm_source=rss": b"<p>Tekst"})
    _, _, (mark,), _ = read(site, FEED)
    assert read(site, FEED, cursor=mark.cursor) == ([], [], [], [])
    site.answers["https://a.example/0?utm_source=rss"] = Refusal("x", FetchReject.TOO_SLOW, "60 s")
    _, _, (mark,), _ = read(site, FEED)
    assert json.loads(mark.cursor) == {}


def test_what_was_landed_is_not_fetched_again_nor_what_is_too_old():
    old = "Sun, 01 Feb 2026 05:00:00 GMT"
    site = Site({FEED: feed(ITEM.format(0, DAY), ITEM.format(1, old), ITEM.format(2, "in March"), ITEM.format(2, DAY))})
    _, refused, _, seen = read(site, FEED, since="2026-02-15", known=lambda address: address == "https://a.example/0")
    assert [one.url for one in seen] == ["https://a.example/0?utm_source=rss"]
    assert [one.reason.name for one in refused] == ["TOO_OLD", "SAME_ADDRESS", "CLIENT_ERROR"]
    assert [url for url, _, _ in site.asked] == [FEED, "https://a.example/2?utm_source=rss"]


def sitemap(*urls, tag="url", root="urlset"):
    return f"<{root}>{''.join(f'<{tag}><loc>{url}</loc></{tag}>' for url in urls)}</{root}>".encode()


def index(*urls):
    return sitemap(*urls, tag="sitemap", root="sitemapindex")


def test_sitemaps_are_walked_once_and_not_too_deep():
    at = "https://a.example/s{}".format
    site = Site(
        {
            at(0): index(at(0), at(1), at(2)),
            at(1): index(at(2), at(3)),
            at(2): sitemap("https://a.example/1"),
            at(3): index(at(4)),
            "https://a.example/1": b"<p>Tekst",
        }
    )
    found, refused, _, _ = read(site, at(0), kind="sitemap")
    assert [one.url for one in found] == ["https://a.example/1"]
    assert [one.reason.name for one in refused] == ["SAME_ADDRESS", "SAME_ADDRESS", "TOO_DEEP"]
    assert sorted(url for url, _, _ in site.asked) == ["https://a.example/1", at(0), at(1), at(2), at(3)]


def test_the_text_of_the_feed_itself(tmp_path):
    file = tmp_path / "feed.json"
    items = [{"url": "https://a.example/1", "content_html": "<h1>Over</h1><p>Tekst &amp; mere</p>"}, {"url": "https://a.example/2"}]
    file.write_text(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}))
    params = PARAMS.model_copy(update={"feed_text": "entry"})
    found, refused, _, _ = read(None, str(file), params=params)
    assert "Tekst & mere" in found[0].text and "<" not in found[0].text
    assert [one.reason.name for one in refused] == ["NO_TEXT_IN_FEED"]


def test_places_that_give_no_document(tmp_path):
    big = tmp_path / "big.xml"
    big.write_bytes(b" " * (PARAMS.max_feed_bytes + 1))
    _, refused, _, _ = read(None, str(big), str(tmp_path / "none"), FEED)
    assert [one.reason.name for one in refused] == ["TOO_BIG", "NOT_FETCHED", "NOT_FETCHED"]


@pytest.mark.parametrize("kind", ["feeds", "sitemap"])
def test_all_shared_documents_end_with_every_entry_counted(shared, kind):
    files = [file for file in sorted((shared / "data/raw/feeds").iterdir()) if ("sitemap" in file.name) == (kind == "sitemap")]
    found, refused, _, _ = read(None, *map(str, files), kind=kind, params=PARAMS.model_copy(update={"feed_text": "entry"}))
    # 280 links and 3 refusals in feeds; 171 links and 3 further sitemaps in sitemaps, none of which can be fetched here.
    assert (len(found), len(refused)) == {"feeds": (73, 210), "sitemap": (0, 174)}[kind]
