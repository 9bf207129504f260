import os
import signal
import subprocess
import sys
import textwrap

from asknews_ner.storage.memo import Memo


def test_values_come_back_and_the_first_one_stays(tmp_path):
    memo = Memo(tmp_path / "m.sqlite")
    assert memo.get_many(["a"]) == {}
    memo.put_many("label", {"a": b"1", "b": b"2"})
    memo.put_many("label", {"a": b"changed"})
    assert memo.get_many(["a", "b", "c"]) == {"a": b"1", "b": b"2"}
    assert memo.counts() == {"label": 2}


def test_many_keys(tmp_path):
    memo = Memo(tmp_path / "m.sqlite")
    values = {f"k{n}": str(n).encode() for n in range(1700)}
    memo.put_many("x", values)
    assert memo.get_many(list(values)) == values


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
