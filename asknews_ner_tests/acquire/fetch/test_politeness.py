"""Limits are measured on the server's clock, and in one direction only: never faster than asked. A busy machine is slower, never faster."""

import asyncio
import time
from collections import Counter
from itertools import pairwise

import pytest

from asknews_ner.acquire.fetch.turns import HostTurns
from asknews_ner.acquire.fetch.types import FetchReject, Page
from asknews_ner_tests.acquire.fetch.site import Site, answer, params, visiting

NEWS, OTHER = "news.example", "other.example"


def visited(site, paths, wanted=None, host=NEWS, **settings):
    """What came of all paths, asked for at once."""

    async def run():
        async with site.open(), visiting(site, None, wanted, **settings) as visit:
            return await asyncio.gather(*(visit.fetcher.get(site.url(host, path)) for path in paths)), visit

    return asyncio.run(run())


def gaps(site, host=NEWS):
    """Seconds between an answer and the next request, on the server's clock."""
    return [after.came - before.ended for before, after in pairwise(one for one in site.asked if one.host == host)]


def pages(count, host=NEWS):
    return {(host, f"/{n}"): answer("<p>news</p>") for n in range(count)}


def test_a_crawl_delay_is_kept_from_the_moment_it_is_known():
    site = Site(pages(4))
    site.robots(NEWS, "User-agent: *\nCrawl-delay: 0.3")
    results, _ = visited(site, ["/0", "/1", "/2", "/3"], per_host=8)
    assert all(isinstance(one, Page) for one in results)
    assert len(site.asked) == 7
    assert min(gaps(site)[3:]) >= 0.3  # the three files of rules come first


def test_our_own_interval_is_kept():
    async def run():
        turns, starts = HostTurns(asyncio.Semaphore(9), 3, 0.1, 60), []

        async def one():
            async with turns.turn():
                starts.append(time.monotonic())
                await asyncio.sleep(0.15)

        await asyncio.gather(*(one() for _ in range(4)))
        return starts

    assert min(after - before for before, after in pairwise(asyncio.run(run()))) >= 0.1


def test_one_host_does_not_hold_up_another():
    site = Site(pages(1) | pages(1, OTHER))
    site.robots(NEWS, "User-agent: *\nCrawl-delay: 100")

    async def run():
        async with site.open(), visiting(site) as visit:
            waiting = asyncio.create_task(visit.fetcher.get(site.url(NEWS, "/0")))
            page = await visit.fetcher.get(site.url(OTHER, "/0"))
            assert not waiting.done()
            waiting.cancel()
            return page

    assert isinstance(asyncio.run(run()), Page)


def test_no_more_requests_are_in_flight_than_allowed_at_a_host_and_in_all():
    hosts = [NEWS, OTHER, "third.example"]
    running: Counter[str] = Counter()
    most: Counter[str] = Counter()
    most_in_all = 0
    two_at_a_host = asyncio.Event()

    async def slow(asked, writer):
        nonlocal most_in_all
        running[asked.host] += 1
        most[asked.host] = max(most[asked.host], running[asked.host])
        most_in_all = max(most_in_all, running.total())
        if running[asked.host] == 2:
            two_at_a_host.set()
        await asyncio.wait_for(two_at_a_host.wait(), 90)
        await asyncio.sleep(0.01)
        running[asked.host] -= 1
        writer.write(answer("<p>news</p>"))

    site = Site({(host, f"/{n}"): slow for host in hosts for n in range(8)})

    async def run():
        async with site.open(), visiting(site, concurrency=4, per_host=2) as visit:
            return await asyncio.gather(*(visit.fetcher.get(site.url(host, f"/{n}")) for host in hosts for n in range(8)))

    assert all(isinstance(one, Page) for one in asyncio.run(run()))
    assert max(most.values()) == 2
    assert most_in_all <= 4


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_a_busy_host_is_left_alone_for_as_long_as_it_asks(status):
    site = Site({(NEWS, "/0"): [answer("busy", status, Retry_After="1"), answer("<p>news</p>")], **{(NEWS, "/1"): answer("<p>more</p>")}})
    results, visit = visited(site, ["/0", "/1"])
    assert all(isinstance(one, Page) for one in results)
    busy = next(n for n, one in enumerate(site.asked) if one.path == "/0")
    assert site.asked[busy + 1].came - site.asked[busy].ended >= 1.0
    assert visit.outcomes().count("BUSY") == 1
    assert visit.fetcher.log.by_outcome["FETCHED"] == 2


def test_a_host_that_stays_busy_is_asked_as_often_as_the_recipe_says():
    site = Site({(NEWS, "/0"): answer("busy", "503 Service Unavailable")})
    (refused,), visit = visited(site, ["/0"], params(attempts=3, pause_seconds=0.1))
    assert refused.reason is FetchReject.BUSY
    assert site.paths(NEWS)[3:] == ["/0"] * 3
    assert gaps(site)[3] >= 0.1
    assert gaps(site)[4] >= 0.2
    assert visit.outcomes() == ["BUSY"] * 3


def test_a_host_that_asks_for_an_hour_is_not_asked_again():
    site = Site({(NEWS, "/0"): answer("busy", "429 Too Many Requests", Retry_After="3600"), (NEWS, "/1"): answer("<p>news</p>")})
    results, visit = visited(site, ["/0", "/1"])
    assert [one.reason for one in results] == [FetchReject.ASKED_TO_WAIT] * 2
    assert site.paths(NEWS)[3:] == ["/0"]
    assert visit.outcomes() == ["BUSY", "ASKED_TO_WAIT", "ASKED_TO_WAIT"]


def test_a_crawl_delay_beyond_our_patience_closes_the_site():
    site = Site(pages(1))
    site.robots(NEWS, "User-agent: *\nCrawl-delay: 86400")
    (refused,), _ = visited(site, ["/0"])
    assert refused.reason is FetchReject.CRAWL_DELAY_TOO_LONG
    assert "/0" not in site.paths(NEWS)


def test_rules_are_asked_for_once_however_many_pages_wait():
    site = Site(pages(20))
    visited(site, [f"/{n}" for n in range(20)])
    assert site.paths(NEWS).count("/robots.txt") == 1
    assert len(site.asked) == 23


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (answer("oops", "500 Internal Server Error"), FetchReject.ROBOTS_UNREACHABLE),
        (answer("busy", "503 Service Unavailable", Retry_After="0"), FetchReject.ROBOTS_UNREACHABLE),
        (answer("busy", "429 Too Many Requests", Retry_After="0"), FetchReject.ROBOTS_UNREACHABLE),
        (answer("cut", Content_Length="99"), FetchReject.ROBOTS_UNREACHABLE),
        (answer(status="302 Found", Location="http://10.0.0.1/robots.txt"), FetchReject.ROBOTS_UNREACHABLE),
        (answer(status="302 Found", Location="/robots.txt"), FetchReject.ROBOTS_UNREACHABLE),
        (b"", FetchReject.ROBOTS_UNREACHABLE),
        (answer("User-agent: *\nDisallow: /0", kind="application/octet-stream"), FetchReject.ROBOTS_DISALLOW),
        (answer("User-agent: *\nDisallow: /0\n" + "#" * 99 + ("\n# " + "x" * 99) * 20_000), FetchReject.ROBOTS_DISALLOW),
        (answer("User-agent: GPTBot\nDisallow: /"), FetchReject.AI_OPT_OUT),
        (answer("User-agent: *\nContent-Signal: ai-train=no\nAllow: /"), FetchReject.AI_OPT_OUT),
    ],
)
def test_a_closed_site_is_not_asked_for_pages(given, reason):
    site = Site(pages(1) | {(NEWS, "/robots.txt"): given})
    (refused,), visit = visited(site, ["/0"])
    assert refused.reason is reason
    assert refused.decision.verdict in {"disallowed", "unknown"}
    assert "/0" not in site.paths(NEWS)
    assert visit.outcomes() == [reason.name]


def test_rules_are_asked_for_again_when_their_time_is_over():
    site = Site(pages(2) | {(NEWS, "/robots.txt"): [answer("oops", "500 Internal Server Error"), answer("", kind="text/plain")]})

    async def run(wanted):
        async with site.open(), visiting(site, None, wanted) as visit:
            return [await visit.fetcher.get(site.url(NEWS, path)) for path in ("/0", "/1")]

    closed, opened = asyncio.run(run(params(rules_retry_minutes=1e-9)))
    assert (closed.reason, type(opened)) == (FetchReject.ROBOTS_UNREACHABLE, Page)
    asyncio.run(run(params(rules_hours=1e-9)))
    assert site.paths(NEWS).count("/robots.txt") == 4


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone"])
def test_a_site_without_robots_txt_is_open(status):
    site = Site(pages(1) | {(NEWS, "/robots.txt"): answer("no", status)})
    assert isinstance(visited(site, ["/0"])[0][0], Page)


def test_robots_txt_is_found_behind_redirects():
    site = Site(
        pages(1) | {(NEWS, "/robots.txt"): answer(status="301 Moved", Location="/r"), (NEWS, "/r"): answer("User-agent: *\nDisallow: /0")}
    )
    (refused,), _ = visited(site, ["/0"])
    assert refused.reason is FetchReject.ROBOTS_DISALLOW
    assert refused.decision.statements[0].where.endswith("/r")


@pytest.mark.parametrize(
    ("path", "given", "source"),
    [
        ("/ai.txt", answer("User-Agent: *\nDisallow: /", kind="text/plain"), "ai.txt"),
        ("/.well-known/tdmrep.json", answer('[{"location": "/", "tdm-reservation": 1}]', kind="application/json"), "tdmrep"),
        ("/0", answer("<p>news</p>", X_Robots_Tag="noai"), "tags"),
        ("/0", answer("<p>news</p>", tdm_reservation="1"), "tdmrep"),
        ("/0", answer("<p>news</p>", Content_Usage="train-ai=n"), "robots-signals"),
        ("/0", answer('<meta name="robots" content="noai"><p>news</p>'), "tags"),
        ("/0", answer('<meta name="tdm-reservation" content="1"><p>news</p>'), "tdmrep"),
    ],
)
def test_every_kind_of_opt_out_is_honoured_unless_the_recipe_says_otherwise(path, given, source):
    (refused,), visit = visited(Site(pages(1) | {(NEWS, path): given}), ["/0"])
    assert refused.reason is FetchReject.AI_OPT_OUT
    assert [one.source for one in refused.decision.statements if one.says == "disallowed"] == [source]
    assert visit.rows[-1].robots == "disallowed"
    others = [kind for kind in params().opt_outs if kind != source]
    (page,), _ = visited(Site(pages(1) | {(NEWS, path): given}), ["/0"], params(opt_outs=others))
    assert page.decision.verdict == "allowed"


def test_an_opt_out_that_cannot_be_known_counts_as_the_recipe_says():
    def site():
        return Site(pages(1) | {(NEWS, "/ai.txt"): answer("oops", "500 Internal Server Error")})

    (refused,), _ = visited(site(), ["/0"])
    assert refused.reason is FetchReject.OPT_OUT_UNKNOWN
    (page,), visit = visited(site(), ["/0"], params(unknown_opt_outs="fetch"))
    assert page.decision.verdict == "unknown"
    assert visit.rows[-1].robots == "unknown"
