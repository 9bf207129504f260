import asyncio
import gzip

import pytest

from asknews_ner.acquire.fetch.settings import FetchSettingError, FetchSettings
from asknews_ner.acquire.fetch.types import FetchReject, NotModified, Page, Refusal
from asknews_ner_tests.acquire.fetch.site import Names, Site, answer, params, redirect, visiting

NEWS = "news.example"
ARTICLE = "<html><head><title>Harbour</title></head><body><p>The harbour of Oslo stayed closed.</p></body></html>"


def fetched(site, path_or_url, names=None, wanted=None, settings=None, **asked):
    """(what came of it, visit)."""

    async def run():
        async with site.open(), visiting(site, names, wanted, **settings or {}) as visit:
            url = path_or_url if "://" in path_or_url else site.url(NEWS, path_or_url)
            return await visit.fetcher.get(url.replace(":PORT", f":{site.port}"), **asked), visit

    return asyncio.run(run())


def at(path, given):
    return Site({(NEWS, path): given})


def test_a_page_comes_with_its_decision_and_what_a_later_request_needs():
    site = at(
        "/a", answer(gzip.compress(ARTICLE.encode()), Content_Encoding="gzip", ETag='"1"', Last_Modified="Sat, 21 Nov 2026 10:00:00 GMT")
    )
    page, visit = fetched(site, "/a#part")
    assert isinstance(page, Page)
    assert (page.status, page.body.decode(), page.etag) == (200, ARTICLE, '"1"')
    assert page.content_type == "text/html; charset=utf-8"
    assert page.decision.verdict == "allowed"
    assert [one.source for one in page.decision.statements] == ["robots.txt", "ai.txt", "tdmrep", "tags"]
    assert "no such file" in page.decision.evidence
    assert site.paths(NEWS) == ["/robots.txt", "/ai.txt", "/.well-known/tdmrep.json", "/a"]
    assert "desk@asknews.example" in site.asked[-1].headers["user-agent"]
    assert [row.outcome for row in visit.rows] == ["NO_RULES", "NO_RULES", "NO_RULES", "FETCHED"]
    assert visit.rows[-1].body_bytes == len(gzip.compress(ARTICLE.encode()))
    assert visit.fetcher.log.by_host[NEWS] == {"NO_RULES": 3, "FETCHED": 1}


def test_a_page_that_did_not_change_is_not_sent_again():
    site = at("/a", answer(status="304 Not Modified"))
    unchanged, visit = fetched(site, "/a", etag='"1"', last_modified="Sat, 21 Nov 2026 10:00:00 GMT")
    assert isinstance(unchanged, NotModified)
    assert site.asked[-1].headers["if-none-match"] == '"1"'
    assert site.asked[-1].headers["if-modified-since"] == "Sat, 21 Nov 2026 10:00:00 GMT"
    assert visit.outcomes() == ["NOT_MODIFIED"]
    refused, _ = fetched(at("/a", answer(status="304 Not Modified")), "/a")
    assert refused.reason is FetchReject.UNEXPECTED_STATUS
    refused, _ = fetched(at("/a", answer()), "/a", etag='"1"\r\nHost: other.example')
    assert refused.reason is FetchReject.BAD_ADDRESS


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (answer("gone", "410 Gone"), FetchReject.CLIENT_ERROR),
        (answer("oops", "500 Internal Server Error"), FetchReject.SERVER_ERROR),
        (answer("part", "206 Partial Content"), FetchReject.UNEXPECTED_STATUS),
        (answer(status="204 No Content"), FetchReject.UNEXPECTED_STATUS),
        (answer("%PDF", kind="application/pdf"), FetchReject.WRONG_TYPE),
        (answer("?", kind=""), FetchReject.WRONG_TYPE),
        (answer("short", Content_Length="500"), FetchReject.BROKEN_BODY),
        (answer("x", Content_Length="900000000"), FetchReject.TOO_LARGE),
        (answer("x", Content_Length="-5"), FetchReject.BAD_ANSWER),
        (answer("not gzip", Content_Encoding="gzip"), FetchReject.BROKEN_BODY),
        (answer(gzip.compress(b"x" * 999)[:-9], Content_Encoding="gzip"), FetchReject.BROKEN_BODY),
        (answer(gzip.compress(bytes(30_000_000)), Content_Encoding="gzip"), FetchReject.TOO_LARGE_UNPACKED),
        (answer(gzip.compress(gzip.compress(b"x")), Content_Encoding="gzip, gzip"), FetchReject.UNKNOWN_ENCODING),
        (answer("x", Content_Encoding="compress"), FetchReject.UNKNOWN_ENCODING),
        (answer("x", X_Padding="y" * 20_000), FetchReject.BAD_ANSWER),
        (answer("x", **{f"X-{n}": "y" for n in range(400)}), FetchReject.BAD_ANSWER),
        (b"SSH-2.0-OpenSSH_9.6\r\n", FetchReject.BAD_ANSWER),
        (b"", FetchReject.NOT_CONNECTED),
        (redirect(""), FetchReject.BAD_REDIRECT),
        (redirect("file:///etc/passwd"), FetchReject.BAD_ADDRESS),
        (redirect("ftp://news.example/a"), FetchReject.BAD_ADDRESS),
        (redirect("http://user:secret@news.example/"), FetchReject.BAD_ADDRESS),
        (redirect("http://127.0.0.1:22/"), FetchReject.FORBIDDEN_PORT),
        (redirect("http://127.0.0.2/"), FetchReject.FORBIDDEN_ADDRESS),
        (redirect("http://[::1]/"), FetchReject.FORBIDDEN_ADDRESS),
        (redirect("http://169.254.169.254/latest/meta-data/"), FetchReject.FORBIDDEN_ADDRESS),
        (redirect("//2130706433/"), FetchReject.BAD_ADDRESS),
        (redirect("/a"), FetchReject.REDIRECT_LOOP),
        (redirect("http://[]@"), FetchReject.BAD_REDIRECT),
    ],
)
def test_what_is_no_page_is_refused_with_its_reason(given, reason):
    refused, visit = fetched(at("/a", given), "/a")
    assert isinstance(refused, Refusal)
    assert refused.reason is reason
    assert visit.outcomes()[-1] == reason.name
    assert visit.fetcher.log.by_outcome[reason.name] >= 1


def test_a_refusal_says_the_last_status_and_address():
    site = at("/a", redirect("/b"))
    site.pages[NEWS, "/b"] = answer("gone", "410 Gone")
    refused, _ = fetched(site, "/a")
    assert (refused.status, refused.final_url, refused.url) == (410, site.url(NEWS, "/b"), site.url(NEWS, "/a"))
    refused, _ = fetched(at("/a", redirect("http://127.0.0.2/")), "/a")
    assert (refused.status, refused.final_url) == (0, "http://127.0.0.2/")
    refused, _ = fetched(at("/a", b""), "mailto:x")
    assert (refused.status, refused.final_url) == (0, "")


def test_slow_silent_and_endless_answers_are_left():
    async def drip(asked, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        for _ in range(600):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async def silence(asked, writer):
        await asyncio.sleep(300)

    async def endless(asked, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            writer.write(bytes(1 << 16))
            await writer.drain()

    assert fetched(at("/a", drip), "/a", wanted=params(total_seconds=3))[0].reason is FetchReject.TOO_SLOW
    assert fetched(at("/a", silence), "/a", wanted=params(idle_seconds=3))[0].reason is FetchReject.SILENT
    refused, visit = fetched(at("/a", endless), "/a")
    assert refused.reason is FetchReject.TOO_LARGE
    assert visit.rows[-1].body_bytes > params().page.max_body_bytes


def test_redirects_are_followed_up_to_the_limit_and_each_host_is_asked():
    site = Site(
        {
            (NEWS, "/a"): redirect("http://other.example:PORT/b"),
            ("other.example", "/b"): redirect("/c"),
            ("other.example", "/c"): answer(ARTICLE),
        }
    )
    site.pages[NEWS, "/a"] = lambda asked, writer: _write(writer, redirect(site.url("other.example", "/b")))
    page, visit = fetched(site, "/a")
    assert page.final_url == site.url("other.example", "/c")
    assert page.url == site.url(NEWS, "/a")
    assert visit.outcomes() == ["REDIRECT", "REDIRECT", "FETCHED"]
    assert "/robots.txt" in site.paths("other.example")
    long = Site({(NEWS, f"/{n}"): redirect(f"/{n + 1}") for n in range(9)})
    refused, _ = fetched(long, "/0")
    assert refused.reason is FetchReject.TOO_MANY_REDIRECTS
    assert long.paths(NEWS)[3:] == [f"/{n}" for n in range(6)]


async def _write(writer, given):
    writer.write(given)
    await writer.drain()


def test_a_redirect_into_a_site_that_disallows_it_is_not_followed():
    site = Site()
    site.robots("closed.example", "User-agent: *\nDisallow: /b")
    site.pages[NEWS, "/a"] = lambda asked, writer: _write(writer, redirect(site.url("closed.example", "/b")))
    refused, _ = fetched(site, "/a")
    assert refused.reason is FetchReject.ROBOTS_DISALLOW
    assert "Disallow: /b" in refused.detail
    assert "/b" not in site.paths("closed.example")


def test_each_kind_of_request_has_its_content_types_and_sizes():
    feed = answer("<rss/>", kind="application/rss+xml")
    assert fetched(at("/feed", feed), "/feed")[0].reason is FetchReject.WRONG_TYPE
    page, _ = fetched(at("/feed", feed), "/feed", kind="feed")
    assert page.body == b"<rss/>"
    packed = answer(gzip.compress(b"<urlset/>"), kind="application/gzip")
    page, _ = fetched(at("/s.xml.gz", packed), "/s.xml.gz", kind="sitemap")
    assert gzip.decompress(page.body) == b"<urlset/>"


def test_a_host_without_an_address_is_told_apart():
    refused, _ = fetched(Site(), "http://nowhere.example:PORT/a", names=Names(nowhere__example=""))
    assert refused.reason is FetchReject.NAME_NOT_FOUND


def test_nothing_starts_without_a_contact():
    for contact in ("", "nobody", "a b@c.example", "x@y.example\r\nHost: z"):
        with pytest.raises(FetchSettingError, match="ASKNEWS_NER_CONTACT"):
            FetchSettings(contact)
    assert "+https://a.example/bot" in FetchSettings("https://a.example/bot").user_agent
    with pytest.raises(FetchSettingError, match="networks"):
        FetchSettings("a@b.example", allowed_networks=("10.0.0.0/99",))


def test_through_a_proxy_the_host_is_checked_first():
    async def run():
        proxy = Site({("news.example", "http://news.example/a"): answer(ARTICLE)})
        async with (
            proxy.open(),
            visiting(
                proxy, Names(news__example="93.184.215.14", inside__example="10.0.0.7"), proxy=f"http://127.0.0.1:{proxy.port}"
            ) as visit,
        ):
            return await visit.fetcher.get("http://news.example/a"), await visit.fetcher.get("http://inside.example/a"), proxy

    page, refused, proxy = asyncio.run(run())
    assert page.body.decode() == ARTICLE
    assert refused.reason is FetchReject.FORBIDDEN_ADDRESS
    assert {one.host for one in proxy.asked} == {"news.example"}
