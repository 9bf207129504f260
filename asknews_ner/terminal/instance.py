"""The Dagster instance of the command line: the same folder that `make ui` shows, so that its runs are seen there."""

import os
from importlib import resources
from pathlib import Path

import dagster as dg

# Events of a run are written fifty at a time: a country's run writes hundreds, one commit each would take most of its time.
_EVENT_BATCH = "50"
# The number of the process is for `clear_dead_runs` alone: Dagster does not show tags of this prefix.
_STARTED_BY, _PID = "ner/started_by", ".dagster/ner_pid"


def open_instance(data: Path) -> dg.DagsterInstance:
    """The instance at DAGSTER_HOME, or in `data`/dagster. A new home gets this project's dagster.yaml."""
    home = Path(os.environ.get("DAGSTER_HOME") or data / "dagster").absolute()
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "dagster.yaml"
    if not settings.exists():
        settings.write_text(packaged_settings(), encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", _EVENT_BATCH)
    return dg.DagsterInstance.get()


def own_tags() -> dict[str, str]:
    """Tags of this process's runs: who started them, so that a killed process's runs can be told from living ones."""
    return {_STARTED_BY: "command line", _PID: str(os.getpid())}


def clear_dead_runs(instance: dg.DagsterInstance) -> int:
    """End the runs of command lines that were killed, and give back the pool slots that they hold; returns how many.

    Without this a run killed in a step with a pool would block that pool for ever: the daemon that frees slots may not run."""
    wanted = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.NOT_STARTED])
    dead = [run for run in instance.get_runs(wanted) if _STARTED_BY in run.tags and not _is_alive(run.tags.get(_PID, ""))]
    for run in dead:
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
        instance.report_run_failed(run, "the command line that started this run was killed")
    return len(dead)


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True  # a process of another user
    return int(pid) != os.getpid()  # a run of an earlier process that had this number


def packaged_settings() -> str:
    """dagster.yaml: at the top of a checkout, inside the package once installed."""
    installed = resources.files("asknews_ner.orchestration").joinpath("dagster.yaml")
    if installed.is_file():
        return installed.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / "dagster.yaml").read_text(encoding="utf-8")
