"""Killed at every kind of writing (provenance, batch, ledger, cursor): nothing is lost and nothing is doubled."""

import subprocess
import sys
from pathlib import Path

import pytest

from asknews_ner_tests.acquire.landing.test_landing import Numbers, arrived, landed

PROGRAM = """
import os, signal, sys
from pathlib import Path
from asknews_ner.acquire.landing import land as landing
from asknews_ner.acquire.landing.ledger import LandedLedger
from asknews_ner_tests.acquire.landing.test_landing import Numbers, landed

root, step, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
landing._ROWS_A_BATCH = 10
calls = 0

def dying(real):
    def instead(*arguments):
        global calls
        calls += 1
        if calls == count:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments)
    return instead

if step == "replace":
    os.replace = dying(os.replace)
else:
    LandedLedger.enter = dying(LandedLedger.enter)
landed(root, Numbers(range(25)))
"""


@pytest.mark.slow
@pytest.mark.parametrize(("step", "count"), [("replace", 1), ("replace", 2), ("replace", 3), ("enter", 1)])
def test_killed_at_a_writing(tmp_path, step, count):
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path), step, str(count)], check=False, cwd=Path(__file__).parents[3])
    assert done.returncode == -9
    after = landed(tmp_path, Numbers(range(25)))
    assert after.complete
    rows = arrived(tmp_path)
    assert len(rows.kept) == 25 and not rows.rejected
    assert landed(tmp_path, Numbers(range(25))).new == 0
