"""A takedown forgets what acquisition left of an article: requests for it with their redirects, and packed copies of deliveries."""

import datetime as dt
import gzip
import json

import pytest

from asknews_ner.acquire.arrivals import arrive
from asknews_ner.acquire.deny import DenyEntry, DenyList, read_deny_list
from asknews_ner.acquire.fetch.log import JsonLinesFile
from asknews_ner.acquire.files import SourceError, read_rows
from asknews_ner.acquire.language import packaged_identifier
from asknews_ner.factory import takedown_acquired
from asknews_ner.factory.drop_folder import article_files
from asknews_ner.factory.file_contents import contents_of
from asknews_ner.factory.takedown import forget
from asknews_ner.factory.takedown_proof import needles, traces
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import load_recipe
from asknews_ner.records import FetchRow

NOW = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
TEXT = "The harbour of Oslo stayed closed for the whole of Monday, the mayor said."


def row(asked, url="", kind="page", detail=""):
    return FetchRow(NOW, asked, url or asked, "h", kind, "FETCHED", 200, 1, 0.1, "allowed", detail)


@pytest.fixture
def ws(tmp_path):
    """A drop folder of two articles, a log of requests, and a packed delivery of the first one."""
    ws = Workspace(tmp_path / "data" / "w", tmp_path / "drop", load_recipe("laptop"))
    ws.articles.mkdir()
    articles = [
        {"url": "https://a.example/1", "requested_url": "https://t.example/r/1", "title": "x", "text": TEXT, "publisher": "Avisen"},
        {"url": "https://a.example/10", "title": "y", "text": "Another text.", "publisher": "Avisen"},
    ]
    (ws.articles / "a.jsonl").write_text("".join(json.dumps(one) + "\n" for one in articles), encoding="utf-8")
    log = JsonLinesFile(ws.fetch_rows)
    for one in [
        row("https://a.example/robots.txt", kind="rules"),
        row("https://t.example/r/1", detail="to https://a.example/1"),
        row("https://t.example/r/1", "https://a.example/1?utm_source=rss"),
        row("https://t.example/r/2", detail="to https://consent.example/?back=1"),
        row("https://a.example/10"),
        row("https://b.example/1"),
    ]:
        log.write(one)
    packed = ws.delivery("s3://bucket/delivery") / "news.jsonl.gz"
    packed.parent.mkdir(parents=True)
    packed.write_bytes(gzip.compress(json.dumps(articles[0]).encode()))
    packed.with_name("news.jsonl.gz.etag").write_text("1")
    return ws


def deny(ws, **of):
    ws.deny_file.write_text(DenyList().with_entry(DenyEntry(reason="r", since="2026-11-20", **of)).as_yaml(), encoding="utf-8")


def asked(ws):
    return [one["asked"] for one in JsonLinesFile(ws.fetch_rows).rows()]


def test_requests_and_deliveries_of_an_article(ws):
    deny(ws, article="https://a.example/1")
    count, wanted = needles(ws)
    assert (count, wanted) == (1, {"https://a.example/1", "https://t.example/r/1", TEXT})
    before = {trace.place.rpartition("/")[2]: trace.text for trace in traces(ws, wanted)}
    assert set(before) == {"fetches.jsonl", "news.jsonl.gz"}, "the log, and the delivery though it is packed"
    done = forget(ws, ["https://a.example/1"], ["https://a.example/1"])
    assert (done.requests, done.deliveries) == (2, 1)
    assert "2 requests, 1 copies of deliveries forgotten" in done.as_text()
    assert asked(ws) == ["https://a.example/robots.txt", "https://t.example/r/2", "https://a.example/10", "https://b.example/1"]
    assert traces(ws, wanted) == []
    assert not ws.deliveries.exists()
    again = forget(ws, ["https://a.example/1"], ["https://a.example/1"])
    assert (again.requests, again.deliveries) == (0, 0)


def test_an_article_is_also_known_by_the_address_that_led_to_it(ws):
    deny(ws, article="https://t.example/r/1?utm_source=rss")
    assert needles(ws) == (1, {"https://a.example/1", "https://t.example/r/1", TEXT})
    rows = [row for file in article_files(ws) for row in read_rows(file, ws.articles)]
    arrived = arrive(rows, ws.recipe.acquire, packaged_identifier(), read_deny_list(ws.deny_file))
    assert arrived.denied_ids == {"https://a.example/1"}
    assert arrived.denied_addresses == {"https://a.example/1", "https://t.example/r/1"}


def test_a_domain_takes_its_pages_along_and_leaves_its_rules(ws):
    deny(ws, publisher="a.example")
    assert takedown_acquired.forget_requests(ws, []) == 3
    assert asked(ws) == ["https://a.example/robots.txt", "https://t.example/r/2", "https://b.example/1"]


def test_nothing_is_forgotten_for_nobody(ws):
    before = ws.fetch_rows.read_bytes()
    assert takedown_acquired.forget_requests(ws, []) == 0
    assert takedown_acquired.forget_requests(ws, ["https://c.example/1"]) == 0
    assert takedown_acquired.forget_deliveries(ws, ["s3://bucket/other"]) == 0
    assert ws.fetch_rows.read_bytes() == before and (ws.delivery("s3://bucket/delivery") / "news.jsonl.gz").is_file()


def test_a_torn_last_line_goes_with_the_rest(ws):
    with ws.fetch_rows.open("a", encoding="utf-8") as stream:
        stream.write('{"at": "2026-11-20", "asked": "https://a.exa')
    assert takedown_acquired.forget_requests(ws, ["https://a.example/1"]) == 3
    assert len(asked(ws)) == 4


def test_the_copy_of_a_drop_folder_is_the_drop_folder_and_nothing_else_is(ws, tmp_path):
    deny(ws, article="https://a.example/1")
    _, wanted = needles(ws)
    copied = Workspace(ws.root, ws.root / "articles", ws.recipe)
    (ws.root / "articles").mkdir()
    (ws.root / "articles" / "a.jsonl").write_text(TEXT, encoding="utf-8")
    assert {trace.place.rpartition("/")[2] for trace in traces(copied, wanted)} == {"fetches.jsonl", "news.jsonl.gz"}
    above = Workspace(ws.root, tmp_path, ws.recipe)
    assert {trace.place.rpartition("/")[2] for trace in traces(above, wanted)} == {"a.jsonl", "fetches.jsonl", "news.jsonl.gz"}


def test_a_text_across_two_pieces_is_seen_and_damage_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("asknews_ner.factory.file_contents._PIECE", 50)
    plain = tmp_path / "a.txt"
    plain.write_text("x" * 20 + TEXT + "y" * 500, encoding="utf-8")
    assert any(TEXT in piece for piece in contents_of(plain, len(TEXT)))
    torn = tmp_path / "a.warc.gz"
    torn.write_bytes(gzip.compress(TEXT.encode() * 50)[:-9])
    with pytest.raises(SourceError, match="cannot be unpacked as a whole"):
        list(contents_of(torn, 10))
