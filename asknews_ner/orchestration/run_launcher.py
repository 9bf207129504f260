"""Dagster's launcher of runs as processes, and what it lacks: to see that a run's process is gone.

The code server watches the processes it started. When the server itself dies with them (a container that is replaced, a machine that
loses power), nobody does: the run is shown as started for ever, what waits for it waits for ever, and its place in the queue is lost.
With this launcher run monitoring ends such a run, and the retries of crashed runs repeat it."""

import json
import time
from pathlib import Path

import dagster as dg
from dagster._core.launcher import CheckRunHealthResult, DefaultRunLauncher, WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._grpc.client import DagsterGrpcClient
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster._serdes import deserialize_value

from asknews_ner.orchestration.run_marks import OWN_MARK, is_marked

_ASK_SECONDS = 10


class WatchedRunLauncher(DefaultRunLauncher):
    """Runs as processes of the code server. A run is taken for dead when it has had time to mark itself, bears no mark of a living
    process, and the code server that started it does not know it, or is gone."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Asked by run monitoring."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Whether the run's process lives."""
        record = self._instance.get_run_record_by_id(run.run_id)
        began = record.start_time if record else None
        if began is None or time.time() - began < self._instance.run_monitoring_start_timeout_seconds:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        if is_marked(marks_folder(self._instance), run.run_id) or _is_known_to_its_server(run):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, "its process is gone: killed, out of memory, or its machine or container stopped")


def marks_folder(instance: dg.DagsterInstance) -> Path:
    """Where the marks lie: beside the logs of the runs, which all processes of an instance share."""
    return Path(instance.storage_directory())


def mark_as_alive(instance: dg.DagsterInstance | None, run_id: str | None) -> None:
    """Called once by the process of a run, at its beginning."""
    if instance is not None and run_id and isinstance(instance.run_launcher, WatchedRunLauncher):
        OWN_MARK.hold(marks_folder(instance), run_id)


def _is_known_to_its_server(run: dg.DagsterRun) -> bool:
    if GRPC_INFO_TAG not in run.tags:
        return False
    place = json.loads(run.tags[GRPC_INFO_TAG])
    client = DagsterGrpcClient(
        port=place.get("port"), socket=place.get("socket"), host=place.get("host"), use_ssl=bool(place.get("use_ssl", False))
    )
    try:
        answer = client.can_cancel_execution(CanCancelExecutionRequest(run_id=run.run_id), timeout=_ASK_SECONDS)
    except dg.DagsterError:
        return False  # nobody is there
    return deserialize_value(answer, CanCancelExecutionResult).can_cancel
