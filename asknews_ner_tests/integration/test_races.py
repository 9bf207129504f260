"""Two runs on one workspace at once: one result, no mixture, and both end with a clear status.

They take minutes: `make test-long` (ASKNEWS_NER_LONG=1) runs them, with several head starts."""

import json
import os
import random
import re
import subprocess
import sys
import time

import pytest

from asknews_ner.orchestration.settings import sample_folder
from asknews_ner.storage.tables import TableStore
from asknews_ner_tests.integration import race_program
from asknews_ner_tests.integration.command_line import asknews, command
from asknews_ner_tests.integration.conftest import LONG

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(3000),  # a busy machine is no fault
    pytest.mark.skipif(not LONG, reason="takes minutes: make test-long"),
]
COUNTRY = "SE"


def lines_of(*countries):
    lines = [line for path in sorted(sample_folder().glob("bucket_*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if json.loads(line)["country"] in countries]


@pytest.fixture
def articles(tmp_path):
    """Three deliveries: of two countries, the same without half of them, and one more country."""
    found = {"all": lines_of(COUNTRY, "GB"), "half": lines_of(COUNTRY, "GB")[::2], "other": lines_of("BR")}
    for name, lines in found.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def tables(workspace):
    """Digest by table; without the stamps, and without what replies took in seconds."""
    store = TableStore(workspace / "tables")
    names = {
        path.relative_to(store.root).as_posix().split("/country=")[0].removesuffix("/part.parquet")
        for path in store.root.rglob("*.parquet")
    }
    return {name: store.digest(name) for name in sorted(names) if not name.startswith("spend/")}


def backfill(folder, articles, workspace):
    line, options = command("backfill", "--country", COUNTRY, "--articles", articles, "--workspace", workspace, cwd=folder)
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def finish(process):
    out, err = process.communicate(timeout=1500)
    return process.returncode, out + err


def alone(folder, articles, name):
    done = asknews("backfill", "--country", COUNTRY, "--articles", articles, "--workspace", folder / name / "w", cwd=folder, timeout=1500)
    assert done.returncode == 0, done.stdout + done.stderr
    return tables(folder / name / "w")


def test_two_commands_on_one_workspace_leave_the_state_of_one(articles):
    """The second one waits, says so, and has nothing left to do; given other articles, it makes the tables of these."""
    wanted = {name: alone(articles, articles / name, f"alone {name}") for name in ("all", "half")}
    assert wanted["all"] != wanted["half"]
    rounds = [
        ("all", "all", 0.0),
        ("all", "half", 0.3),
        *(("half", "all", random.Random(n).uniform(0, 8)) for n in range(4 if LONG else 0)),
    ]
    for number, (first, second, later) in enumerate(rounds):
        workspace = articles / f"race {number}" / "w"
        one = backfill(articles, articles / first, workspace)
        time.sleep(later)
        other = backfill(articles, articles / second, workspace)
        ended = [finish(one), finish(other)]
        assert [code for code, _ in ended] == [0, 0], ended
        waited = [name for name, (_, said) in zip((first, second), ended, strict=True) if "waiting for its end" in said]
        assert len(waited) == 1, ended
        assert tables(workspace) == wanted[waited[0]], "the state is that of the one who came last, whole"


def racing(environment, count, *given):
    """Runs that begin in the same moment."""
    line = [sys.executable, "-m", race_program.__name__, *given]
    runs = [
        subprocess.Popen(
            line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
        )
        for _ in range(count)
    ]
    for run in runs:
        assert run.stdout.readline() == "ready\n", run.stderr.read()
    for run in runs:
        run.stdin.write("\n")
        run.stdin.flush()
    found = []
    for run in runs:
        out, err = run.communicate(timeout=1500)
        assert run.returncode == 0, err
        found.append(json.loads(out.splitlines()[-1]))
    return found


@pytest.fixture
def environment(articles):
    home = articles / "dagster"
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    places = {"ARTICLES": articles / "all", "WORKSPACE": articles / "race" / "w", "BARS": 0, "RECIPE": "laptop", "SETTLE_SECONDS": 0}
    return {"DAGSTER_HOME": str(home), **{f"ASKNEWS_NER_{name}": str(value) for name, value in places.items()}}


def test_two_dagster_runs_of_one_partition_make_it_once(articles, environment):
    """Both succeed; every row is computed by one of them, and the tables are those of one run."""
    wanted = alone(articles, articles / "all", "alone")
    (first,) = racing(environment, 1, "", "arrivals")
    assert first["success"]
    stages = ("articles", "clean_articles")
    for _ in range(5 if LONG else 1):
        found = racing(environment, 3 if LONG else 2, COUNTRY)
        assert all(run["success"] for run in found), found
        for stage in stages:
            made = [run["computed"].get(stage, 0) for run in found]
            assert sum(made) == max(made) > 0, found
        store = TableStore(articles / "race" / "w" / "tables")
        assert {name: store.digest(name) for name in stages} == {name: wanted[name] for name in stages}
        for stage in stages:
            for path in (store.root / stage).rglob("*.parquet"):
                path.unlink()


def test_a_run_of_the_web_ui_waits_for_a_command_and_a_command_for_it(articles, environment):
    """A command has the workspace alone; runs of the web UI have it together."""
    from asknews_ner.orchestration.workspace_use import alone as have_alone
    from asknews_ner.orchestration.workspace_use import together

    root = articles / "race" / "w"
    said = []
    with have_alone(root, said.append), together(root, said.append):
        pass  # the command's own runs need no further leave
    assert said == []
    with together(root, said.append), together(root, said.append):
        command_of_another = backfill(articles, articles / "all", root)
        line = next(line for line in command_of_another.stdout if "locked" in line)
        assert re.match(r"another command or run works on this workspace \(.*workspace\.lock is locked\); waiting for its end", line)
        assert not (root / "tables").exists()
    code, rest = finish(command_of_another)
    assert code == 0, rest
