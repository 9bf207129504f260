"""Trying addresses, over real HTTP: every publisher's host is a folder of one server on the loopback."""

import asyncio
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from asknews_ner.acquire.publishers.asking import MAX_BYTES, asking
from asknews_ner.acquire.publishers.feed_form import NotAFeedError, count_items
from asknews_ner.acquire.publishers.verify import verify
from asknews_ner_tests.acquire.publishers.test_registry import publisher

RSS = b'<?xml version="1.0"?><rss version="2.0"><channel><item/><item/></channel></rss>'
PAGES = {
    "/bladet.se/robots.txt": (200, b"User-agent: *"),
    "/bladet.se/rss": (200, RSS),
    "/bladet.se/html": (200, b"<html><body>Hej</body></html>"),
    "/bladet.se/empty": (200, b"<feed/>"),
    "/bladet.se/gone": (404, b""),
    "/bladet.se/huge": (200, b" " * (MAX_BYTES + 1)),
    "/flyttat.se/robots.txt": (301, b"/nytt.com/robots.txt"),
    "/nytt.com/robots.txt": (200, b""),
    "/bredvid.se/robots.txt": (302, b"/www.bredvid.se/robots.txt"),
    "/www.bredvid.se/robots.txt": (404, b""),
    "/stangt.se/robots.txt": (403, b""),
}


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = PAGES.get(self.path, (0, b""))
        if not status:
            self.close_connection = True  # no answer at all
            return
        self.send_response(status)
        if status in (301, 302):
            self.send_header("Location", body.decode())
            body = b""
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def root():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    server.handle_error = lambda *_: None  # clients that stop reading are part of the test
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def tried(root, publishers):
    async def run():
        async with httpx.AsyncClient(follow_redirects=True, trust_env=False) as client:
            ask = asking(client)

            async def at_loopback(url):
                answer = await ask(root + url.removeprefix("https://"))
                return replace(answer, final_url=answer.final_url.replace(root, "https://"))

            return await verify(publishers, at_loopback, 4)

    return [(one.publisher_id, one.kind, one.outcome.name) for one in asyncio.run(run())]


def test_every_outcome(root):
    feeds = [f"https://bladet.se/{page}" for page in ("rss", "html", "empty", "gone", "huge", "silent")]
    found = tried(
        root,
        [
            publisher(domains=["bladet.se", "flyttat.se"], feeds=feeds),
            publisher(id="bredvid", domains=["bredvid.se"]),
            publisher(id="stangt", domains=["stangt.se"]),
            publisher(id="tyst", domains=["tyst.se"]),
        ],
    )
    assert found == [
        ("bladet", "domain", "WORKS"), ("bladet", "domain", "MOVED"), ("bladet", "feed", "WORKS"), ("bladet", "feed", "NOT_A_FEED"),
        ("bladet", "feed", "EMPTY_FEED"), ("bladet", "feed", "REFUSED"), ("bladet", "feed", "NO_ANSWER"), ("bladet", "feed", "NO_ANSWER"),
        ("bredvid", "domain", "WORKS"), ("stangt", "domain", "REFUSED"), ("tyst", "domain", "NO_ANSWER"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "items"),
    [
        (RSS, 2),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"><entry/></feed>', 1),
        (b'<rdf:RDF xmlns:rdf="r" xmlns="s"><item/></rdf:RDF>', 1),
        (b'\n {"version": "https://jsonfeed.org/version/1.1", "items": [{}, {}, {}]}', 3),
    ],
)
def test_feeds_of_all_forms(body, items):
    assert count_items(body) == items


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "not well-formed"),
        (b"<rss>", "not well-formed"),
        (b"<html/>", "root is <html>"),
        (b'{"items": {}}', "list of `items`"),
        (b"{", "not JSON"),
        (b'<!DOCTYPE rss [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><rss>&b;</rss>', "declares the entity a"),
        (b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>', "declares the entity x"),
    ],
)
def test_what_is_no_feed(body, told):
    with pytest.raises(NotAFeedError, match=told):
        count_items(body)


def test_real_feeds(shared):
    folder = shared / "data" / "raw" / "feeds"
    for name in ("guardian.rss", "heise.atom", "feed.json", "rss-1.rss", "reddit-atom.rss"):
        assert count_items((folder / name).read_bytes()) > 0, name
    with pytest.raises(NotAFeedError):
        count_items((folder / "sitemap.xml").read_bytes())
