"""New articles or verdicts → a refresh, and what carries a refresh on to its end. New scores → the report again."""

import datetime as dt
import inspect
from collections.abc import Callable
from typing import Any

import dagster as dg

from asknews_ner.acquire.files import SourceError
from asknews_ner.acquire.publishers.registry import PublisherError
from asknews_ner.dataset.review.files import list_review_files
from asknews_ner.factory.acquisition import due_names
from asknews_ner.factory.drop_folder import article_marks, article_place
from asknews_ner.factory.phases import PUBLISH, REPORT, TO_DATASET, TO_MODELS, Phase, SizePhase
from asknews_ner.factory.scores import score_stamps
from asknews_ner.fingerprints import fingerprint
from asknews_ner.orchestration.refresh import KIND_TAG, Refresh, newest, next_step
from asknews_ner.orchestration.resources import WorkspaceResource
from asknews_ner.storage.objects import ObjectStoreError

ACQUIRE_KIND = "acquire"
_RUNNING = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
_PHASES: tuple[Phase, ...] = (*TO_DATASET, *TO_MODELS, REPORT, PUBLISH)
_BY_SIZE = dg.AssetSelection.assets(*(name for phase in _PHASES if isinstance(phase, SizePhase) for name in phase.assets))
_CARRIED = dg.AssetSelection.assets(*(name for phase in _PHASES if not isinstance(phase, SizePhase) for name in phase.assets))

_BETWEEN_PHASES = 10  # seconds: a refresh has eight phases, and waits half of that after each on average


def _sensor(target: dg.AssetSelection, every: int) -> Callable[[Any], dg.SensorDefinition]:
    """`dg.sensor`, whose page says what the function's docstring says: Dagster reads that of an asset only. `every`: seconds."""
    return lambda function: dg.sensor(target=target, minimum_interval_seconds=every, description=inspect.getdoc(function))(function)


@_sensor(dg.AssetSelection.assets("arrivals"), every=30)
def new_articles(context: dg.SensorEvaluationContext, workspace: WorkspaceResource) -> dg.SensorResult | dg.SkipReason:
    """New or changed files in the drop folder, another deny list or publishers of your own → a refresh of what they touch.

    The cursor is a fingerprint of names, sizes and times; in an object store, of names and ETags."""
    ws = workspace.open()
    try:
        marks, known = article_marks(ws), ws.publishers.shape
    except (SourceError, ObjectStoreError, PublisherError) as error:
        return dg.SkipReason(str(error))
    denied = ws.deny_file.read_text(encoding="utf-8") if ws.deny_file.is_file() else ""
    seen = fingerprint(marks, denied, known)
    if seen == context.cursor:
        return dg.SkipReason(f"no new file in {article_place(ws)}")
    return dg.SensorResult(run_requests=[Refresh(f"files {seen[:12]}", "dataset").start()], cursor=seen)


@_sensor(dg.AssetSelection.assets("verdicts"), every=60)
def new_verdicts(context: dg.SensorEvaluationContext, workspace: WorkspaceResource) -> dg.SensorResult | dg.SkipReason:
    """New or changed exports of reviewers → a refresh, in which their verdicts override the annotator's labels."""
    ws = workspace.open()
    files = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in list_review_files(ws.verdict_files)]
    seen = fingerprint(files)
    if not files or seen == context.cursor:
        return dg.SkipReason(f"no new verdicts in {ws.verdict_files}")
    return dg.SensorResult(run_requests=[Refresh(f"verdicts {seen[:12]}", "dataset").start(["verdicts"])], cursor=seen)


@_sensor(_CARRIED, every=_BETWEEN_PHASES)
def refresh_goes_on(context: dg.SensorEvaluationContext, workspace: WorkspaceResource) -> dg.SensorResult | dg.SkipReason:
    """Carries the newest refresh on: when the runs of a phase have ended, those of the next phase with work are asked for.

    What is due is read from the tables, what was asked for from the runs. The cursor only spares the looks at the tables once a refresh
    is done: what changes later waits for the next refresh."""
    return _go_on(context, workspace, by_size=False)


@_sensor(_BY_SIZE, every=_BETWEEN_PHASES)
def models_go_on(context: dg.SensorEvaluationContext, workspace: WorkspaceResource) -> dg.SensorResult | dg.SkipReason:
    """The same for the models of a refresh that goes so far: a sensor of its own, because its assets are partitioned otherwise."""
    return _go_on(context, workspace, by_size=True)


def _go_on(context: dg.SensorEvaluationContext, workspace: WorkspaceResource, by_size: bool) -> dg.SensorResult | dg.SkipReason:
    found = newest(context.instance)
    if found is None:
        return dg.SkipReason("no refresh was started yet: switch on new_articles or nightly_refresh")
    refresh, runs = found
    last_run = runs[0].run_id
    if context.cursor == last_run:
        return dg.SkipReason(f"{refresh.key} is done")
    step = next_step(workspace.open(), refresh, runs)
    if step.is_done:
        context.update_cursor(last_run)
    if not step.requests:
        return dg.SkipReason(step.note)
    if step.by_size != by_size:
        return dg.SkipReason(f"{step.note}: asked for by {'models_go_on' if step.by_size else 'refresh_goes_on'}")
    context.log.info(step.note)
    return dg.SensorResult(run_requests=step.requests)


@_sensor(dg.AssetSelection.assets("distribution_report"), every=60)
def new_scores(context: dg.SensorEvaluationContext, workspace: WorkspaceResource) -> dg.SensorResult | dg.SkipReason:
    """A size of model was scored → write the report again, whether or not the model passed the forgetting gate.

    A sensor, because the gate ends the run of its size, and the report must show why. The cursor is a fingerprint of the scores' stamps."""
    ws = workspace.open()
    stamps = score_stamps(ws)
    seen = fingerprint(stamps)
    if not stamps or seen == context.cursor:
        return dg.SkipReason("no model was scored since the last look")
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=seen)], cursor=seen)


@_sensor(dg.AssetSelection.assets("acquired_batches"), every=60)
def due_sources(context: dg.SensorEvaluationContext, workspace: WorkspaceResource) -> dg.SensorResult | dg.SkipReason:
    """Sources of the list whose time has come → one run that reads them; `new_articles` takes it from there. One such run at a time.

    It remembers nothing: when a source was read last stands beside its batches."""
    ws = workspace.open()
    running = dg.RunsFilter(tags={KIND_TAG: ACQUIRE_KIND}, statuses=_RUNNING)
    if context.instance.get_runs(running, limit=1):
        return dg.SkipReason("an earlier acquisition still runs")
    try:
        due = due_names(ws, dt.datetime.now(dt.UTC))
    except (SourceError, ObjectStoreError) as error:
        return dg.SkipReason(str(error))
    if not due:
        return dg.SkipReason(f"no source in {ws.source_list} is due")
    config = dg.RunConfig(ops={"acquired_batches": {"config": {"sources": due}}})
    return dg.SensorResult(run_requests=[dg.RunRequest(run_config=config, tags={KIND_TAG: ACQUIRE_KIND})])


SENSORS = [due_sources, new_articles, new_verdicts, refresh_goes_on, models_go_on, new_scores]
