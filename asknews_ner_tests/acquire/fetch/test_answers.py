"""Whatever a server sends, something comes of it: a page or a reason, and a row."""

import asyncio
from contextlib import AsyncExitStack
from itertools import count

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from asknews_ner.acquire.fetch.types import Page, Refusal
from asknews_ner_tests.acquire.fetch.site import Site, params, visiting

NAMES = ["Content-Type", "Content-Length", "Content-Encoding", "Transfer-Encoding", "Location", "ETag", "X-Robots-Tag", "tdm-reservation"]
NAMES += ["Content-Signal", "Connection", "Last-Modified", "Set-Cookie", "Upgrade", "Trailer", "x" * 300, "", " ", "a b", "\x00"]
VALUES = ["text/html", "text/html; charset=\xff", "5", "-1", "1e3", "0x10", "99999999999999999999", "٣", "gzip", "br", "zstd", "deflate"]
VALUES += [
    "chunked",
    "chunked, gzip",
    "identity",
    "",
    "noai",
    "1",
    "ai-train=no",
    "/b",
    "//",
    "http://[",
    "http://\x80/",
    "?",
    "#",
    "\\",
    "close",
    "h2c",
]
VALUES += ["x" * 20_000, "\x00", "\r", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), '"', 'W/"é"']
STARTS = [
    "HTTP/1.1 200 OK",
    "HTTP/1.0 200",
    "HTTP/1.1 302 Found",
    "HTTP/1.1 204",
    "HTTP/1.1 101 Switching",
    "HTTP/1.1 100 Continue",
    "HTTP/2 200",
]
STARTS += ["HTTP/1.1 999 ?", "HTTP/1.1 -1", "HTTP/1.1 2000 x", "ICY 200 OK", "", "HTTP/1.1 404 \xff", "HTTP/1.1  200  "]
BODIES = [
    b"",
    b"<p>n",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"ffffffffffffffff\r\nx",
    b"-1\r\n",
    b"5;x=" + b"y" * 20_000 + b"\r\n",
    b"\x1f\x8b\x08\x00",
    b"HTTP/1.1 200 OK\r\n\r\n",
]


@st.composite
def raw_answers(draw):
    lines = draw(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)), max_size=6))
    end = draw(st.sampled_from(["\r\n", "\n", "\r"]))
    start = draw(st.sampled_from(STARTS + STARTS[:1] * 10))
    head = end.join([start, "Content-Type: text/html", *(f"{name}: {value}" for name, value in lines), "", ""])
    return head.encode("latin-1", "replace") + draw(st.sampled_from(BODIES)) + draw(st.binary(max_size=20))


@pytest.fixture(scope="module")
def what_comes_of():
    """Raw answer → (result, outcomes of its rows), over one fetcher; a host of its own for each."""
    hosts = (f"h{number}.example" for number in count())
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        site = Site()

        async def start():
            await stack.enter_async_context(site.open())
            return await stack.enter_async_context(visiting(site, None, params(opt_outs=("tags", "tdmrep"), attempts=1)))

        visit = runner.run(start())

        def fetched(raw):
            visit.rows.clear()
            host = next(hosts)
            got = runner.run(visit.fetcher.get(site.page(host, "/a", raw)))
            del site.pages[host, "/a"]
            return got, visit.outcomes()

        yield fetched
        runner.run(stack.aclose())


@given(raw=raw_answers())
def test_whatever_a_server_sends_gives_a_page_or_a_reason(what_comes_of, raw):
    got, outcomes = what_comes_of(raw)
    event(outcomes[-1])  # shown by --hypothesis-show-statistics
    assert isinstance(got, Page | Refusal)
    assert outcomes[-1] == ("FETCHED" if isinstance(got, Page) else got.reason.name)
