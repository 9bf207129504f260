"""A run whose process is gone is seen as gone, and one that lives is left alone."""

import shutil
import subprocess
import sys
import uuid
from pathlib import Path

import dagster as dg
import pytest
import yaml

from asknews_ner.orchestration.run_launcher import WatchedRunLauncher, mark_as_alive, marks_folder
from asknews_ner.orchestration.run_marks import RunMark, is_marked

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys
from pathlib import Path
from asknews_ner.orchestration.run_marks import RunMark
RunMark().hold(Path(sys.argv[1]), sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""


class Holder:
    """A process that holds the mark of a run."""

    def __init__(self, folder, run_id):
        line = [sys.executable, "-c", HOLDER, str(folder), run_id]
        self.process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "held\n"

    def kill(self):
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def instance(tmp_path):
    """As dagster.yaml says, but for a run's time to mark itself: none is given."""
    settings = yaml.safe_load((ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    settings["run_monitoring"]["start_timeout_seconds"] = 0
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        yield instance


def started_run(instance, **tags):
    run = instance.add_run(dg.DagsterRun(job_name="refresh", run_id=str(uuid.uuid4()), tags=tags))
    instance.report_dagster_event(dg.DagsterEvent("PIPELINE_START", "refresh"), run.run_id)
    return instance.get_run_by_id(run.run_id)


def test_a_mark_ends_with_its_process_however_it_ends(tmp_path):
    run, other = str(uuid.uuid4()), str(uuid.uuid4())
    assert not is_marked(tmp_path, run)
    holder = Holder(tmp_path, run)
    assert is_marked(tmp_path, run)
    assert is_marked(tmp_path, run), "to look takes nothing away"
    assert not is_marked(tmp_path, other)
    holder.kill()
    assert not is_marked(tmp_path, run)


def test_marks_of_many_runs_stand_side_by_side_in_one_file(tmp_path):
    runs = [str(uuid.uuid4()) for _ in range(3)]
    holders = [Holder(tmp_path, run) for run in runs]
    try:
        assert [is_marked(tmp_path, run) for run in runs] == [True] * 3
        holders[1].kill()
        assert [is_marked(tmp_path, run) for run in runs] == [True, False, True]
    finally:
        for holder in holders:
            holder.kill()
    assert len(list(tmp_path.iterdir())) == 1


def test_a_process_with_one_run_after_another_marks_the_last(tmp_path):
    first, second = str(uuid.uuid4()), str(uuid.uuid4())
    mark = RunMark()
    mark.hold(tmp_path, first)
    mark.hold(tmp_path, second)
    look = "import sys; from pathlib import Path; from asknews_ner.orchestration.run_marks import is_marked; "
    look += "print([is_marked(Path(sys.argv[1]), run) for run in sys.argv[2:]])"
    seen = subprocess.run([sys.executable, "-c", look, str(tmp_path), first, second], capture_output=True, text=True, check=True).stdout
    assert seen == "[False, True]\n"


def test_a_run_without_a_living_process_is_dead_and_one_with_a_mark_is_not(instance):
    launcher, run = instance.run_launcher, started_run(instance)
    assert isinstance(launcher, WatchedRunLauncher)
    assert launcher.supports_check_run_worker_health
    holder = Holder(marks_folder(instance), run.run_id)
    assert launcher.check_run_worker_health(run).status.name == "RUNNING"
    holder.kill()
    found = launcher.check_run_worker_health(run)
    assert (found.status.name, "its process is gone" in found.msg) == ("FAILED", True)


def test_a_server_that_is_gone_knows_of_no_run(instance):
    nobody = '{"host": "127.0.0.1", "port": 1}'
    run = started_run(instance, **{".dagster/grpc_info": nobody})
    assert instance.run_launcher.check_run_worker_health(run).status.name == "FAILED"


def test_a_run_has_time_to_mark_itself(tmp_path):
    shutil.copy(ROOT / "dagster.yaml", tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert instance.run_launcher.check_run_worker_health(started_run(instance)).status.name == "RUNNING"


def test_a_run_of_another_launcher_leaves_no_mark(tmp_path):
    with dg.DagsterInstance.ephemeral(str(tmp_path)) as instance:
        mark_as_alive(instance, str(uuid.uuid4()))
    mark_as_alive(None, None)
    assert not list(tmp_path.rglob("*.lock"))
