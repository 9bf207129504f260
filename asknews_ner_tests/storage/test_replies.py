"""The store of replies, on SQLite and on a real PostgreSQL that a package carries."""

import datetime as dt
import threading
from contextlib import nullcontext
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from asknews_ner.storage.replies import ReplyStore, StoredReply
from asknews_ner.terminal.stored_replies import replies_app

REPLY = StoredReply("a" * 64, "label", "m", '{"model": "m"}', 1, "stop", '{"entities": []}', 10, 4, 5, 0.25, 0)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """Address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'replies.sqlite'}"
    return request.getfixturevalue("empty_database")


@pytest.fixture
def store(url):
    return ReplyStore(url)


def put(store, *replies):
    with store.writer() as writer:
        for reply in replies:
            writer.put(reply)


def test_a_new_store_may_be_opened_by_several_at_once(url):
    """PostgreSQL's and SQLite's own `create if missing` fails for all but one of them."""
    barrier, found = threading.Barrier(6), []

    def begin():
        barrier.wait()
        found.append(ReplyStore(url).held())

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [[]] * 6


@pytest.mark.parametrize("text", ["", "plain", "\x00 and \udcff", "日本語 " * 1000])
def test_a_reply_comes_back_as_it_came(store, text):
    reply = replace(REPLY, text=text)
    put(store, reply)
    assert store.get_many([REPLY.key, "b" * 64]) == {REPLY.key: reply}


def test_the_first_reply_under_a_key_stays(store):
    put(store, REPLY, replace(REPLY, text="another"))
    assert store.get_many([REPLY.key])[REPLY.key].text == REPLY.text


def test_more_keys_than_a_statement_takes(store):
    replies = [replace(REPLY, key=f"{n:064d}") for n in range(1203)]
    put(store, *replies)
    assert len(store.get_many([reply.key for reply in replies])) == 1203
    assert store.get_many([]) == {}


def test_a_reply_is_committed_when_put_returns(store, url):
    """Seen by another connection at once, before the writer is closed: nothing waits for the end of a batch."""
    with store.writer() as writer:
        writer.put(REPLY)
        assert ReplyStore(url).get_many([REPLY.key]) == {REPLY.key: REPLY}


def test_several_writers_at_once_lose_nothing(url):
    ReplyStore(url).held()

    def write(start):
        put(ReplyStore(url), *(replace(REPLY, key=f"{n:064d}") for n in range(start, start + 100)))

    threads = [threading.Thread(target=write, args=(start,)) for start in (0, 50, 100, 150)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(row.replies for row in ReplyStore(url).held()) == 250


def test_a_failure_is_noted_and_is_no_reply(store):
    with store.writer() as writer:
        writer.put_failure(REPLY.key, "label", "m", "HTTP 503: busy")
    assert store.failures() == [("label", "m", "HTTP 503: busy")]
    assert store.get_many([REPLY.key]) == {}


def test_pruning_needs_a_condition_and_meets_all(store):
    put(store, REPLY, replace(REPLY, key="b" * 64, task="summarise"), replace(REPLY, key="c" * 64, finish="length"))
    with pytest.raises(ValueError, match="at least one condition"):
        store.prune()
    assert store.prune(task="label", before=dt.datetime(2020, 1, 1)) == 0
    assert store.prune(task="label", unfinished=True) == 1
    assert {row.task for row in store.held()} == {"label", "summarise"}


def test_a_password_is_not_shown():
    assert "secret" not in repr(ReplyStore("postgresql+psycopg2://user:secret@host/name"))


def test_the_commands_show_and_forget(store):
    put(store, REPLY, replace(REPLY, key="c" * 64, finish="length", text="half"))
    with store.writer() as writer:
        writer.put_failure("k", "label", "m", "HTTP 400: no")
    run, app = CliRunner().invoke, replies_app(lambda: nullcontext(store))
    listed = run(app, ["list"]).output
    assert "label        m" in listed
    assert "failed: label, m: HTTP 400: no" in listed
    shown = run(app, ["show", "ccc"]).output
    assert "length" in shown
    assert "half" in shown
    refused = run(app, ["prune"])
    assert refused.exit_code == 2
    assert "say what to forget" in refused.output
    assert "1 replies forgotten" in run(app, ["prune", "--unfinished"]).output
    assert "1 replies forgotten" in run(app, ["prune", "--annotator", "m", "--days", "0"]).output
