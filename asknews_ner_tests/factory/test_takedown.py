"""A publisher is taken down: nothing of its articles is left in anything made here, and the counts still add up."""

import datetime as dt
import json
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from asknews_ner.acquire.deny import DenyEntry, DenyList, DenyListError, read_deny_list
from asknews_ner.factory import outputs
from asknews_ner.factory.ledger import read_ledger
from asknews_ner.factory.releases import release
from asknews_ner.factory.takedown import Forgotten, denied_articles, forget
from asknews_ner.factory.takedown_proof import needles, traces
from asknews_ner.factory.vector_index import check_index, refresh_index
from asknews_ner.records import Article, DatasetExample, EntityLabels, Rejected, Summary
from asknews_ner.storage.tables import reject_table
from asknews_ner_tests.conftest import refresh_articles_to_dataset

DAY = "2026-11-20"


def listed(**of):
    return DenyList().with_entry(DenyEntry(reason="the publisher asked", since=DAY, **of))


def bytes_kept(ws):
    """Everything that lies in the workspace and in the stores beside it, Parquet and SQLite both raw and read."""
    files = [path for path in ws.root.rglob("*") if path.is_file()]
    files += [path for path in ws.root.parent.iterdir() if path.name.startswith(("memo.sqlite", "replies.sqlite"))]
    for path in files:
        yield path, path.read_bytes()
        if path.suffix == ".parquet":
            yield path, json.dumps(pq.read_table(path).to_pylist(), ensure_ascii=False, default=str).encode()
        if path.name == "replies.sqlite":
            with sqlite3.connect(path) as connection:
                for (text,) in connection.execute("SELECT text FROM replies"):
                    yield path, text


@pytest.fixture(scope="module")
def taken_down(sample_ws, tmp_path_factory):
    """(workspace after the takedown, what was known of the publisher's articles before, the list)."""
    ws = replace(sample_ws, root=tmp_path_factory.mktemp("takedown") / "laptop")
    shutil.copytree(sample_ws.root, ws.root)
    for store in ("memo.sqlite", "replies.sqlite"):
        for path in sample_ws.root.parent.glob(f"{store}*"):
            shutil.copy(path, ws.root.parent / path.name)
    outputs.refresh_release(ws)
    outputs.refresh_report(ws, read_ledger(ws))
    outputs.refresh_topic_map(ws)
    for engine in ("edge", "local"):  # the first one is left behind by a change of settings
        refresh_index(replace(ws, qdrant_engine=engine))
    sampled = ws.tables.read_all("entity_labels", EntityLabels)
    publishers = {row.article_id: row.publisher for row in ws.tables.read_all("arrivals", Article)}
    publisher = next(publishers[row.article_id] for row in sampled if publishers[row.article_id])
    ids = {key for key, name in publishers.items() if name == publisher}
    known = {
        "summaries": [row for row in ws.tables.read_all("summaries", Summary) if row.article_id in ids],
        "labels": [row for row in sampled if row.article_id in ids],
        "publisher": publisher,
    }
    deny = listed(publisher=publisher)
    ws.deny_file.write_text(deny.as_yaml(), encoding="utf-8")
    found_before = traces(ws, needles(ws)[1])
    refresh_articles_to_dataset(ws)
    refresh_index(ws)
    outputs.refresh_release(ws)
    outputs.refresh_topic_map(ws)
    outputs.refresh_report(ws, read_ledger(ws))
    release(ws, ws.root / "releases", "2.0.0", [], dt.datetime(2026, 11, 21, tzinfo=dt.UTC))
    return ws, known, deny, found_before


def test_nothing_of_a_publisher_is_left(taken_down):
    ws, known, _, found_before = taken_down
    assert known["summaries"] and known["labels"]
    said = {row.article_id for row in known["summaries"]} | {row.summary for row in known["summaries"]}
    said |= {row.title for row in known["summaries"]} | {row.text for row in known["labels"]}
    wanted = [text.encode() for text in said]
    left = [(path.name, text[:60]) for path, content in bytes_kept(ws) for text in wanted if text in content]
    assert left == []
    # The command's own proof finds the traces that there were, and none now.
    assert {Path(trace.place).suffix for trace in found_before} >= {".parquet", ".json", ".html", ".sqlite"}
    count, texts = needles(ws)
    assert count >= len(known["summaries"]) and len(texts) > 3 * count
    assert traces(ws, texts) == []
    assert (ws.root / "releases" / "2.0.0" / "lineage" / "examples.parquet").is_file()


def test_spans_that_only_it_had_are_gone(taken_down):
    ws, known, _, _ = taken_down
    examples = ws.tables.read("dataset_examples", DatasetExample)
    assert examples and not {row.article_id for row in examples} & {row.article_id for row in known["labels"]}
    elsewhere = " ".join(row.text for row in ws.tables.read_all("clean_articles", Article)) + " ".join(
        row.title for row in ws.tables.read_all("clean_articles", Article)
    )
    own = {mention.text for row in known["labels"] for mention in row.entities if mention.text not in elsewhere and len(mention.text) > 5}
    assert own
    assert [path.name for path, content in bytes_kept(ws) for text in own if text.encode() in content] == []


def test_its_rows_are_counted_under_a_salted_hash(taken_down, sample_ws):
    ws, known, deny, _ = taken_down
    rows = [row for row in ws.tables.read(reject_table("arrivals"), Rejected) if row.reason == "TAKEN_DOWN"]
    assert {deny.mark(row.article_id) for row in known["summaries"]} <= {row.key for row in rows}
    assert all(row.key.startswith("denied:") and not row.title for row in rows)
    assert known["publisher"] not in json.dumps([str(row) for row in rows])
    assert read_ledger(ws).faults == []
    assert read_ledger(ws).total("arrivals")[0] == read_ledger(sample_ws).total("arrivals")[0]
    assert deny.mark("x") != DenyList().with_entry(deny.entries[0]).mark("x"), "another list has another salt"


def test_the_index_and_the_stores_hold_the_others(taken_down, sample_ws):
    ws, known, _, _ = taken_down
    assert check_index(ws).is_none
    assert forget(ws, [row.article_id for row in known["summaries"]], []) == Forgotten(0, 0)
    assert denied_articles(ws) == []
    kept = ws.replies.held()
    before = sample_ws.replies.held()
    assert sum(row.replies for row in kept) > 0
    assert {row.task for row in kept} == {row.task for row in before}


def test_an_article_by_its_address_and_a_domain():
    deny = listed(article="https://www.news.example/a?utm_source=x#top")
    assert deny.matches("https://www.news.example/a", "https://www.news.example/a", "N")
    assert deny.matches("id-1", "https://www.news.example/a", "N")
    assert not deny.matches("https://www.news.example/b", "https://www.news.example/b", "N")
    deny = listed(publisher="News.example")
    assert deny.matches("id-1", "https://sport.news.example/b", "Sport")
    assert deny.matches("https://news.example/b", "", "")
    assert deny.matches("x", "", "news.example")
    assert not deny.matches("x", "https://othernews.example/b", "Other news.example")


def test_a_list_is_written_and_read_again(tmp_path):
    file = tmp_path / "deny_list.yaml"
    assert read_deny_list(file) == DenyList()
    deny = listed(publisher="Ünlü").with_entry(DenyEntry(article="a", reason="r", since=DAY))
    file.write_text(deny.as_yaml(), encoding="utf-8")
    assert read_deny_list(file) == deny == deny.with_entry(DenyEntry(article="a", reason="again", since=DAY))


@pytest.mark.parametrize("text", ["entries: [{publisher: a, reason: r, since: 2026-01-01}]", "- a", "entries: [{reason: r}]", "salt: ["])
def test_a_list_that_cannot_be_read_stops_everything(tmp_path, text):
    (tmp_path / "deny_list.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DenyListError, match="is not a deny list"):
        read_deny_list(tmp_path / "deny_list.yaml")
