"""The Dagster instance of the command line: the same folder that `make ui` shows, so that its runs are seen there."""

import os
import re
from importlib import resources
from pathlib import Path

import dagster as dg

from asknews_ner.storage.folders import make_writable

# Events of a run are written fifty at a time: a country's run writes hundreds, one commit each would take most of its time.
_EVENT_BATCH = "50"
# The number of the process is for `clear_dead_runs` alone: Dagster does not show tags of this prefix.
_STARTED_BY, _PID = "ner/started_by", ".dagster/ner_pid"


class InstanceError(ValueError):
    """Dagster's instance cannot be opened; the message says why and what to mend."""


def open_instance(data: Path) -> dg.DagsterInstance:
    """The instance at DAGSTER_HOME, or in `data`/dagster. A new home gets this project's dagster.yaml. Raises InstanceError."""
    home = Path(os.environ.get("DAGSTER_HOME") or data / "dagster").absolute()
    make_writable(home, "Dagster's home", "free space or permissions are missing; mend that, or set DAGSTER_HOME to another folder")
    settings = home / "dagster.yaml"
    if not settings.exists():
        settings.write_text(packaged_settings(), encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", _EVENT_BATCH)
    from dagster_shared.check import CheckError
    from sqlalchemy.exc import SQLAlchemyError
    from yaml import YAMLError

    try:
        return dg.DagsterInstance.get()
    except (dg.DagsterError, CheckError, YAMLError) as error:
        raise InstanceError(f"{settings} cannot be used: {_fault(str(error))}") from error
    except Exception as error:
        if not isinstance(error.__cause__, SQLAlchemyError):  # Dagster's Postgres storage has no error class that could be named
            raise
        raise InstanceError(
            f"Dagster's database does not answer ({_first_line(str(error.__cause__))}): start it, or mend its address and user in "
            f"{settings} and in the variables that it names"
        ) from error


def _fault(text: str) -> str:
    """What is wrong with dagster.yaml, in a line."""
    if unset := re.search(r'environment variable "([^"]+)" which is not set', text):
        return f"it reads the environment variable {unset[1]}, which is not set; set it"
    if missing := re.search(r"Couldn't import module (\S+)", text):
        return f"it names {missing[1]}, which is not installed; install asknews-ner with the extra for it (dagster_postgres: `postgres`)"
    return _first_line(text)


def _first_line(text: str) -> str:
    """The first lines' gist: one line, not endless."""
    return " ".join(text.split())[:300]


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
