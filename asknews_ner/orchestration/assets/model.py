"""Models of each size and their scores, by size; then the report over all sizes."""

from pathlib import Path
from typing import Any, cast

import dagster as dg

from asknews_ner.factory import model_cards, models, outputs, scores
from asknews_ner.factory.checkpoints import forget_checkpoints, resumable_elsewhere
from asknews_ner.factory.checks.check import Severity
from asknews_ner.factory.checks.signatures import validation_finding
from asknews_ner.factory.ledger import read_ledger
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.build import OWNERS, after
from asknews_ner.orchestration.checks import declared, finding_metadata
from asknews_ner.orchestration.model_metadata import gate_metadata, model_metadata, score_metadata
from asknews_ner.orchestration.partitions import MODEL_SIZE
from asknews_ner.orchestration.resources import WorkspaceResource
from asknews_ner.orchestration.training_launcher import TrainingLauncher
from asknews_ner.recipe import Size
from asknews_ner.train.job import BaseJob, TuneJob

GROUP = "6_model"
POOL = "gpu"
"""One job at a time trains or scores: the pool's limit is 1 (dagster.yaml), and the launcher holds a lock (one_at_a_time.py)."""
_BEFORE_TRAINING: list[dg.AssetDep | str] = [*after("ner_dataset", "encoder_fit"), "base_model"]
Result = dg.MaterializeResult[Any]


def _size(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext, ws: Workspace) -> Size:
    """The partition's size. Raises RecipeError where the recipe makes none of it."""
    size = cast(Size, context.partition_key)
    ws.recipe.base_model(size)
    return size


def _train(context: dg.AssetExecutionContext, ws: Workspace, launcher: TrainingLauncher, job: BaseJob | TuneJob, path: Path) -> Result:
    made = models.bring(ws, job)
    reused, facts = made or models.is_here(job), {}
    if not reused:
        with resumable_elsewhere(ws, job, context.log):
            facts = launcher.train(context, job, path)
    if not made:
        models.publish(ws, job)
        forget_checkpoints(ws, job)
    return Result(metadata={**model_metadata(job), "reused": reused, **facts}, data_version=dg.DataVersion(job.stamp))


@dg.asset(group_name=GROUP, kinds={"gliner", "pytorch"}, owners=OWNERS, pool=POOL, partitions_def=MODEL_SIZE)
def base_model(context: dg.AssetExecutionContext, workspace: WorkspaceResource, training_launcher: TrainingLauncher) -> Result:
    """The GLiNER that is tuned: a published one, or (on a laptop) one trained here on template sentences, once for all recipes."""
    ws = workspace.open()
    size = _size(context, ws)
    job = models.base_job(ws, size)
    if job is None:
        place, revision = models.base_place(ws, size)
        version = dg.DataVersion(models.base_stamp(ws, size))
        return Result(metadata={"model": place, "revision": revision or "", "reused": True}, data_version=version)
    return _train(context, ws, training_launcher, job, models.job_file(ws, size, "base"))


@dg.asset(group_name=GROUP, kinds={"gliner", "pytorch"}, owners=OWNERS, deps=_BEFORE_TRAINING, pool=POOL, partitions_def=MODEL_SIZE)
def gliner_model(context: dg.AssetExecutionContext, workspace: WorkspaceResource, training_launcher: TrainingLauncher) -> Result:
    """The base model fine-tuned on the dataset's training split; the best epoch on the validation split is kept."""
    ws = workspace.open()
    size = _size(context, ws)
    models.bring_base(ws, size)
    return _train(context, ws, training_launcher, models.tune_job(ws, size, control=False), models.job_file(ws, size, "tuned"))


@dg.asset_check(asset="gliner_model", blocking=False, partitions_def=MODEL_SIZE, metadata=declared(Severity.ERROR, "checks.validation"))
def validation_improves(context: dg.AssetCheckExecutionContext, workspace: WorkspaceResource) -> dg.AssetCheckResult:
    """Validation gets better after the first evaluation, does not stand still for long, and does not fall far from its best. ERROR, and not
    blocking: such a model learned nothing, or its training split by heart; its scores and the forgetting gate tell how bad it is."""
    ws = workspace.open()
    job = models.tune_job(ws, _size(context, ws), control=False)
    models.bring(ws, job)
    found = validation_finding(Path(job.output), ws.recipe.checks.validation)
    return dg.AssetCheckResult(passed=found.passed, description=f"{context.partition_key}: {found.words}", metadata=finding_metadata(found))


@dg.asset(group_name=GROUP, kinds={"gliner", "pytorch"}, owners=OWNERS, deps=_BEFORE_TRAINING, pool=POOL, partitions_def=MODEL_SIZE)
def control_model(context: dg.AssetExecutionContext, workspace: WorkspaceResource, training_launcher: TrainingLauncher) -> Result:
    """The base model after as many further examples and epochs of its own training data: what more training alone would bring."""
    ws = workspace.open()
    size = _size(context, ws)
    if not models.has_control(ws, size):
        return Result(metadata={"note": "a published base model's training data is not at hand: no control"})
    models.bring_base(ws, size)
    return _train(context, ws, training_launcher, models.tune_job(ws, size, control=True), models.job_file(ws, size, "control"))


@dg.asset(
    group_name=GROUP,
    kinds={"gliner"},
    owners=OWNERS,
    deps=[*after("ner_dataset"), "base_model", "gliner_model", "control_model"],
    pool=POOL,
    partitions_def=MODEL_SIZE,
)
def benchmark_scores(context: dg.AssetExecutionContext, workspace: WorkspaceResource, training_launcher: TrainingLauncher) -> Result:
    """Micro-F1 of base, tuned and control on all benchmarks at hand, in the paper's tables, with intervals; missing sets are listed."""
    ws = workspace.open()
    size = _size(context, ws)
    reused = scores.scores_are_current(ws, size)
    if not model_cards.card_is_current(ws, size):
        model_cards.withdraw_card(ws, size)  # it speaks of another model, of other scores, or of another gate
    if not reused:
        if not scores.scores_are_here(ws, size):
            models.bring_scored(ws, size)
            training_launcher.score(context, models.score_job(ws, size), models.job_file(ws, size, "scores"))
        scores.finish_scores(ws, size)
    return Result(metadata={**score_metadata(ws, size), "reused": reused}, data_version=dg.DataVersion(models.score_stamp(ws, size)))


@dg.asset_check(
    asset="benchmark_scores", blocking=True, partitions_def=MODEL_SIZE, metadata=declared(Severity.ERROR, "evaluate.gate.max_fall")
)
def nothing_is_forgotten(context: dg.AssetCheckExecutionContext, workspace: WorkspaceResource) -> dg.AssetCheckResult:
    """The tuned model lies nowhere further below its base than the recipe allows, but on its own test split. ERROR and blocking: the model
    gets no card, and the dataset that it was tuned on is not published at night."""
    ws = workspace.open()
    found = scores.gate(ws, _size(context, ws))
    return dg.AssetCheckResult(passed=found.passed, description=f"{context.partition_key}: {found.words}", metadata=gate_metadata(found))


@dg.asset(
    group_name=GROUP,
    kinds={"huggingface"},
    owners=OWNERS,
    deps=[*after("ner_dataset"), "gliner_model", "benchmark_scores"],
    partitions_def=MODEL_SIZE,
)
def model_card(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> Result:
    """README.md in the tuned model's folder, from what was measured. A model without one did not pass the forgetting gate."""
    ws = workspace.open()
    size = _size(context, ws)
    card = model_cards.refresh_card(ws, size)
    text = card.read_text(encoding="utf-8").split("---", 2)[-1]
    return Result(
        metadata={"card": dg.MetadataValue.md(text), "path": dg.MetadataValue.path(str(card))},
        data_version=dg.DataVersion(model_cards.card_stamp(ws, size)),
    )


@dg.asset(
    group_name=GROUP,
    kinds={"html"},
    owners=OWNERS,
    deps=after("dataset_examples", "topics", "sample", "distribution", "topic_map", "benchmark_scores"),
)
def distribution_report(workspace: WorkspaceResource) -> Result:
    """One page: who is in the data and who got lost at each stage, topics, and base against tuned. Global because it compares groups."""
    ws = workspace.open()
    page = outputs.refresh_report(ws, read_ledger(ws))
    return Result(metadata={"report": dg.MetadataValue.path(str(page)), "bytes": page.stat().st_size})


ASSETS = [base_model, gliner_model, control_model, benchmark_scores, model_card, distribution_report]
CHECKS = [validation_improves, nothing_is_forgotten]
