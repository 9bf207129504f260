"""What is wrong since the last look, read from the instance: each fault is told once, however often a run is tried again."""

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import dagster as dg

from asknews_ner.orchestration.alerts.channels import Message
from asknews_ner.orchestration.checks import evaluations_of, failed_checks

_RUNS_AT_ONCE = 100  # of each kind in one look; the next one goes on with the rest
_CHARACTERS = 500
_WILL_RETRY = "dagster/will_retry"
_LATE = "FAIL"


@dataclass(frozen=True)
class Seen:
    """Up to where faults were told: the last ends of runs, and since when each late asset is late (seconds since 1970)."""

    failed: int
    succeeded: int
    late: Mapping[str, float]

    def as_text(self) -> str:
        """For a sensor's cursor."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True)

    @staticmethod
    def of_text(text: str) -> "Seen":
        """What `as_text` wrote."""
        return Seen(**json.loads(text))


def all_seen(instance: dg.DagsterInstance, assets: Sequence[str]) -> Seen:
    """The present: what was wrong before somebody asked to be told is not told."""
    failed, succeeded = (_newest(instance, kind) for kind in (dg.DagsterEventType.RUN_FAILURE, dg.DagsterEventType.RUN_SUCCESS))
    return Seen(failed, succeeded, _late(instance, assets))


def new_faults(instance: dg.DagsterInstance, seen: Seen, assets: Sequence[str], ui: str) -> tuple[Message | None, Seen]:
    """(one message of all that is wrong since `seen`, None if nothing is; up to where that is). `ui`: address of the web UI, may be empty.

    Faults: runs that failed and are not tried again by Dagster, checks that failed with severity ERROR, assets that are late."""
    failed, last_failed = _ended(instance, dg.DagsterEventType.RUN_FAILURE, seen.failed)
    succeeded, last_succeeded = _ended(instance, dg.DagsterEventType.RUN_SUCCESS, seen.succeeded)
    late = _late(instance, assets)
    found = [_failure(instance, run, ui) for run in failed if run.tags.get(_WILL_RETRY) != "true"]
    found += [text for run in succeeded for text in _errors(instance, run, ui)]
    found += [f"{name} is late: it was not made by its deadline" for name in sorted(late) if late[name] != seen.late.get(name)]
    subject = f"asknews-ner: {len(found)} faults" if len(found) > 1 else f"asknews-ner: {found[0].splitlines()[0]}" if found else ""
    return Message(subject[:_CHARACTERS], found) if found else None, Seen(last_failed, last_succeeded, late)


def _newest(instance: dg.DagsterInstance, kind: dg.DagsterEventType) -> int:
    records = instance.fetch_run_status_changes(kind, limit=1).records  # type: ignore[arg-type]
    return records[0].storage_id if records else 0


def _ended(instance: dg.DagsterInstance, kind: dg.DagsterEventType, after: int) -> tuple[list[dg.DagsterRun], int]:
    """(runs that ended so since then, the last one's place in the log)."""
    wanted = dg.RunStatusChangeRecordsFilter(kind, after_storage_id=after)  # type: ignore[arg-type]
    records = instance.fetch_run_status_changes(wanted, limit=_RUNS_AT_ONCE, ascending=True).records
    runs = [instance.get_run_by_id(record.run_id) for record in records]
    return [run for run in runs if run is not None], max((record.storage_id for record in records), default=after)


def _failure(instance: dg.DagsterInstance, run: dg.DagsterRun, ui: str) -> str:
    """The run, what its checks or its step said, and where to look."""
    checks = failed_checks(evaluations_of(instance, run.run_id))
    return "\n".join([f"{_name(run)} failed", *(checks or _reasons(instance, run)), _place(run, ui)])


def _reasons(instance: dg.DagsterInstance, run: dg.DagsterRun) -> Iterator[str]:
    for record in instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE).records:
        event = record.event_log_entry.dagster_event
        if event is not None and event.step_failure_data.error is not None:
            error = event.step_failure_data.error
            while error.cause is not None:
                error = error.cause
            yield f"{event.step_key}: {error.message.strip()[:_CHARACTERS]}"


def _errors(instance: dg.DagsterInstance, run: dg.DagsterRun, ui: str) -> Iterator[str]:
    """Of a run that went on all the same: checks that found an error and do not block."""
    evaluations = [one for one in evaluations_of(instance, run.run_id) if one.severity == dg.AssetCheckSeverity.ERROR]
    if lines := failed_checks(evaluations):
        yield "\n".join([f"a check failed in {_name(run)}", *lines, _place(run, ui)])


def _name(run: dg.DagsterRun) -> str:
    """As a person would call it: by its refresh, phase and country, or by its job."""
    words = [run.tags.get(f"ner/{tag}", "") for tag in ("refresh", "phase", "unit")]
    return "run of " + (", ".join(filter(None, words)) or run.job_name.removeprefix("__"))


def _place(run: dg.DagsterRun, ui: str) -> str:
    return f"{ui.rstrip('/')}/runs/{run.run_id}" if ui else f"run {run.run_id}"


def _late(instance: dg.DagsterInstance, assets: Sequence[str]) -> dict[str, float]:
    records = instance.get_freshness_state_records([dg.AssetKey(name) for name in assets])
    return {key.to_user_string(): one.updated_at.timestamp() for key, one in records.items() if one.freshness_state.value == _LATE}
