import os
import signal
import subprocess
import sys
import textwrap
import threading

import pytest
import sqlalchemy as sa

from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import load_recipe
from asknews_ner.storage.memo import Memo
from asknews_ner.storage.replies import ReplyStore


@pytest.fixture(params=["file", "postgresql"])
def memo(request, tmp_path):
    return Memo(tmp_path / "m.sqlite" if request.param == "file" else request.getfixturevalue("empty_database"))


def test_values_come_back_and_the_first_one_stays(memo):
    assert memo.get_many(["a"]) == {}
    memo.put_many("label", {"a": b"1", "b": b"2"})
    memo.put_many("label", {"a": b"changed"})
    assert memo.get_many(["a", "b", "c"]) == {"a": b"1", "b": b"2"}
    assert memo.counts() == {"label": 2}


def test_many_keys(memo):
    values = {f"k{n}": bytes([n % 256, 0]) for n in range(1700)}
    memo.put_many("x", values)
    assert memo.get_many(list(values)) == values
    assert memo.known([*values, "other"]) == set(values)


def test_what_was_made_of_an_article_is_forgotten_and_nothing_else(memo):
    memo.put_many("x", {"a": b"1", "b": b"2", "c": b"3"}, [("first", "a"), ("second", "b"), ("second", "a")])
    memo.put_many("x", {}, [("third", "c"), ("third", "c")])
    assert memo.knows(["none", "second"]) and not memo.knows(["none"])
    assert memo.forget(["none"]) == 0
    assert memo.forget(["second"]) == 2
    assert memo.get_many(["a", "b", "c"]) == {"c": b"3"}
    assert memo.knows(["third"]) and not memo.knows(["first", "second"])


def test_looking_something_up_makes_no_file(tmp_path):
    memo = Memo(tmp_path / "m.sqlite")
    assert (memo.known(["a"]), memo.knows(["s"]), memo.forget(["s"]), memo.counts()) == (set(), False, 0, {})
    assert list(tmp_path.iterdir()) == []


def test_the_file_alone_can_be_copied(tmp_path):
    memo = Memo(tmp_path / "m.sqlite")
    memo.put_many("x", {"a": b"1"})
    (tmp_path / "copy.sqlite").write_bytes((tmp_path / "m.sqlite").read_bytes())
    assert Memo(tmp_path / "copy.sqlite").get_many(["a"]) == {"a": b"1"}


def test_several_that_store_the_same_at_once_neither_wait_for_each_other_nor_fail(memo):
    barrier, failed = threading.Barrier(6), []

    def store(turn):
        own, keys = Memo(memo.place), [f"k{n}" for n in range(2000)]
        barrier.wait()
        try:
            own.put_many("x", dict.fromkeys(keys if turn % 2 else reversed(keys), b"1"), [("s", key) for key in keys])
        except sa.exc.SQLAlchemyError as error:
            failed.append(error)

    threads = [threading.Thread(target=store, args=[turn]) for turn in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert memo.counts() == {"x": 2000}


def test_it_lies_beside_the_replies_where_these_lie_in_a_database(tmp_path, empty_database):
    """Two machines must not write one SQLite file on a volume that they share."""
    recipe = load_recipe("laptop")
    here = Workspace(tmp_path / "w", tmp_path, recipe)
    there = Workspace(tmp_path / "w", tmp_path, recipe, replies_url=empty_database)
    assert here.memo.place == tmp_path / "memo.sqlite"
    there.memo.put_many("x", {"a": b"1"}, [("s", "a")])
    assert not ReplyStore(empty_database).knows(["s"]), "links of vectors and of replies are told apart"
    assert there.memo.knows(["s"]) and there.memo.counts() == {"x": 1}
    assert not (tmp_path / "memo.sqlite").exists()
    assert empty_database not in repr(there.memo), "it may hold a password"


def test_what_was_committed_survives_sigkill(tmp_path):
    program = textwrap.dedent(
        f"""
        import os, signal
        from pathlib import Path
        from asknews_ner.storage.memo import Memo
        memo = Memo(Path({str(tmp_path / "m.sqlite")!r}))
        memo.put_many("x", {{"a": b"1"}})
        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    done = subprocess.run([sys.executable, "-c", program], env=os.environ, check=False)
    assert done.returncode == -signal.SIGKILL
    assert Memo(tmp_path / "m.sqlite").get_many(["a"]) == {"a": b"1"}
