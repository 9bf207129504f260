"""The verb on a news site on the loopback, through the real fetcher and the real extraction: feed, sitemap, opt-out, and a second time."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import dagster as dg
import pytest
import yaml
from typer.testing import CliRunner

from asknews_ner.acquire.deny import DenyEntry, DenyList
from asknews_ner.cli import app
from asknews_ner.orchestration.assets.sources import acquired_batches
from asknews_ner.orchestration.resources import build_resources
from asknews_ner.orchestration.settings import from_environment

PARAGRAPH = "<p>Regeringen föreslår att skatten på bensin ska höjas från och med nästa år, sade finansministern {} på en pressträff i Stockholm.</p>"


def page(number, head=""):
    paragraphs = "".join(PARAGRAPH.format(f"{number}.{one}") for one in range(6))
    return f'<html lang="sv"><head><title>Rubrik {number}</title>{head}</head><body><article><h1>Rubrik {number}</h1>{paragraphs}</article></body></html>'


class Site(BaseHTTPRequestHandler):
    """Pages by path; ETags; writes down what it is asked for."""

    pages: dict[str, tuple[str, str]]
    asked: list[str]

    def do_GET(self):
        self.asked.append(self.path)
        kind, body = self.pages.get(self.path, ("", ""))
        tag = f'"{len(body)}"'
        status = 404 if not kind else 304 if self.headers["If-None-Match"] == tag else 200
        content = body.encode() if status == 200 else b""
        self.send_response(status)
        for name, value in {"Content-Type": kind or "text/plain", "ETag": tag, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture
def site(monkeypatch):
    handler = type("Handler", (Site,), {"pages": {}, "asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    monkeypatch.setenv("ASKNEWS_NER_CONTACT", "desk@asknews.example")
    monkeypatch.setenv("ASKNEWS_NER_FETCH_ALLOW_NETWORKS", "127.0.0.1/32")
    monkeypatch.setenv("ASKNEWS_NER_FETCH_ALLOW_PORTS", str(server.server_port))
    monkeypatch.setenv("ASKNEWS_NER_FETCH_INTERVAL", "0")
    address = f"http://127.0.0.1:{server.server_port}"
    items = "".join(f"<item><title>Rubrik {n}</title><link>{address}/{n}</link></item>" for n in range(4))
    handler.pages |= {
        "/feed": ("application/rss+xml", f'<rss version="2.0"><channel><title>Bladet</title>{items}</channel></rss>'),
        "/sitemap.xml": ("application/xml", f"<urlset><url><loc>{address}/0</loc></url><url><loc>{address}/5</loc></url></urlset>"),
        "/0": ("text/html; charset=utf-8", page(0)),
        "/1": ("text/html; charset=utf-8", page(1, '<meta name="robots" content="noai">')),
        "/2": ("application/pdf", "%PDF"),
        "/5": ("text/html; charset=utf-8", page(5)),
    }
    try:
        yield address, handler
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.slow
def test_a_feed_then_a_sitemap_then_the_feed_again(tmp_path, site):
    address, handler = site

    def acquire(*arguments):
        places = ["--articles", str(tmp_path / "drop"), "--workspace", str(tmp_path / "w")]
        done = CliRunner().invoke(app, ["acquire", *arguments, *places])
        assert done.exit_code == 0, done.output
        return done.output

    def landed():
        return [json.loads(line) for file in sorted((tmp_path / "drop").rglob("*.jsonl")) for line in file.read_text().splitlines()]

    output = acquire("--source", "feeds", "--at", f"{address}/feed")
    assert "1 new articles" in output
    rows = {row["url"].rpartition("/")[2]: row for row in landed()}
    assert (rows["0"]["title"], rows["0"]["language"], rows["0"]["robots"]) == ("Rubrik 0", "sv", "allowed")
    assert rows["0"]["text"].count("Regeringen") == 6 and "robots.txt allowed" in rows["0"]["robots_evidence"]
    refused = {number: row["refused_at_acquisition"]["reason"] for number, row in rows.items() if "refused_at_acquisition" in row}
    assert refused == {"1": "AI_OPT_OUT", "2": "WRONG_TYPE", "3": "CLIENT_ERROR"}
    log = [json.loads(line)["outcome"] for line in (tmp_path / "w/provenance/fetches.jsonl").read_text().splitlines()]
    assert log.count("FETCHED") >= 2 and "AI_OPT_OUT" in log

    assert "1 new articles" in acquire("--source", "sitemap", "--at", f"{address}/sitemap.xml")
    assert handler.asked.count("/0") == 1, "what was landed is not fetched again"

    before = {file: file.read_bytes() for file in (tmp_path / "drop").rglob("*.jsonl")}
    handler.asked.clear()
    assert "0 new articles" in acquire("--source", "feeds", "--at", f"{address}/feed")
    assert not {"/0", "/1", "/2", "/3"} & set(handler.asked), "an unchanged feed is not walked"
    assert {file: file.read_bytes() for file in (tmp_path / "drop").rglob("*.jsonl")} == before


@pytest.mark.slow
def test_what_is_denied_is_not_fetched_and_leaves_no_request_behind(tmp_path, site):
    address, handler = site
    handler.pages["/5"] = ("text/html; charset=utf-8", page(5, '<meta property="og:site_name" content="Another Paper">'))
    deny = DenyList()
    for entry in ({"article": f"{address}/0"}, {"publisher": "Another Paper"}):
        deny = deny.with_entry(DenyEntry(reason="r", since="2026-11-20", **entry))
    (tmp_path / "deny_list.yaml").write_text(deny.as_yaml(), encoding="utf-8")
    places = ["--articles", str(tmp_path / "drop"), "--workspace", str(tmp_path / "w")]
    done = CliRunner().invoke(app, ["acquire", "--source", "sitemap", "--at", f"{address}/sitemap.xml", *places])
    assert done.exit_code == 0 and "0 new articles" in done.output, done.output
    assert "TAKEN_DOWN" in done.output
    assert "/0" not in handler.asked, "known by its address"
    assert handler.asked.count("/5") == 1, "whose it is was read in the page"
    log = (tmp_path / "w/provenance/fetches.jsonl").read_text()
    assert "/sitemap.xml" in log and f"{address}/0" not in log and f"{address}/5" not in log
    written = b"".join(file.read_bytes() for file in (tmp_path / "drop").rglob("*") if file.is_file())
    assert written.count(b"denied:") == 2 and f"{address}/5".encode() not in written and b"Another Paper" not in written


@pytest.fixture
def named(site, tmp_path, monkeypatch):
    """Two publishers of one's own; the feed of the first is at a name that leads to the site."""
    real = socket.getaddrinfo

    def look_up(host, *arguments, **more):
        return real("127.0.0.1" if host == "feeds.bladet.se" else host, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    entry = {"country": "SE", "languages": ["sv"], "kind": "newspaper", "verified": False}
    feed = site[0].replace("127.0.0.1", "feeds.bladet.se") + "/feed"
    own = [
        {"id": "bladet_i_test", "name": "Bladet i test", "domains": ["bladet.se"], "feeds": [feed], **entry},
        {"id": "utan", "name": "Utan flöde", "domains": ["utan.se"], **entry},
    ]
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(own), encoding="utf-8")
    monkeypatch.setenv("ASKNEWS_NER_PUBLISHERS", str(tmp_path / "own.yaml"))
    return ["--articles", str(tmp_path / "drop"), "--workspace", str(tmp_path / "w")]


@pytest.mark.slow
def test_the_feeds_of_a_publisher_of_the_registry(tmp_path, named, site):
    def acquire(wanted):
        done = CliRunner().invoke(app, ["acquire", "--publisher", wanted, *named])
        return done.exit_code, done.output

    code, output = acquire("bladet i test")
    assert code == 0 and "1 new articles" in output and "publisher-bladet_i_test" in output
    assert len(list((tmp_path / "drop/acquired/publisher-bladet_i_test").glob("*.jsonl"))) == 1
    for wanted, told in [
        ("utan", "Utan flöde (utan) has no feed in the registry"),
        ("Bladet i tset", "near: Bladet i test (bladet_i_test)"),
    ]:
        code, output = acquire(wanted)
        assert (code, told in output) == (2, True), output

    # The list's own word counts before the registry's, and an entry of it needs no place.
    (tmp_path / "sources.yaml").write_text("sources: [{name: mine, kind: feeds, publisher: bladet.se}]", encoding="utf-8")
    code, output = acquire("bladet.se")
    assert code == 0 and "mine" in output and "0 new articles" in output
    resources = build_resources(from_environment({"ASKNEWS_NER_WORKSPACE": named[3], "ASKNEWS_NER_ARTICLES": named[1]}))
    config = {"ops": {"acquired_batches": {"config": {"publishers": ["bladet_i_test"]}}}}
    result = dg.materialize([acquired_batches], resources=resources, run_config=config)
    (event,) = result.asset_materializations_for_node("acquired_batches")
    assert "publisher-bladet_i_test" in event.metadata["sources"].value and "mine" not in event.metadata["sources"].value


def test_nothing_is_fetched_without_a_contact(tmp_path, site, monkeypatch):
    address, handler = site
    monkeypatch.delenv("ASKNEWS_NER_CONTACT")
    done = CliRunner().invoke(
        app,
        [
            "acquire",
            "--source",
            "feeds",
            "--at",
            f"{address}/feed",
            "--articles",
            str(tmp_path / "drop"),
            "--workspace",
            str(tmp_path / "w"),
        ],
    )
    assert done.exit_code == 2 and "ASKNEWS_NER_CONTACT" in done.output
    assert handler.asked == []
