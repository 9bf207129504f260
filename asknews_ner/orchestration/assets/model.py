"""Models, scores and the report."""

from pathlib import Path
from typing import Any

import dagster as dg

from asknews_ner.factory import models, outputs
from asknews_ner.factory.ledger import read_ledger
from asknews_ner.orchestration.build import OWNERS, after
from asknews_ner.orchestration.resources import TrainingLauncher, WorkspaceResource
from asknews_ner.train.job import BaseJob, TuneJob

GROUP = "4_model"
_BEFORE_TRAINING: list[dg.AssetDep | str] = [*after("ner_dataset", "encoder_fit"), "base_model"]
Result = dg.MaterializeResult[Any]


def _train(context: dg.AssetExecutionContext, launcher: TrainingLauncher, job: BaseJob | TuneJob, folder: Path) -> Result:
    reused = models.is_current(job)
    if not reused:
        launcher.train(context, job, folder)
    return Result(
        metadata={"model": dg.MetadataValue.path(job.output), "reused": reused, "stamp": job.stamp}, data_version=dg.DataVersion(job.stamp)
    )


@dg.asset(group_name=GROUP, kinds={"gliner", "pytorch"}, owners=OWNERS, pool="gpu")
def base_model(context: dg.AssetExecutionContext, workspace: WorkspaceResource, training_launcher: TrainingLauncher) -> Result:
    """The GLiNER that is tuned: a published one, or (on a laptop) one trained here on template sentences, once for all recipes."""
    ws = workspace.open()
    job = models.base_job(ws)
    if job is None:
        place, revision = models.base_place(ws)
        return Result(metadata={"model": place, "revision": revision or "", "reused": True})
    return _train(context, training_launcher, job, ws.provenance / "jobs")


@dg.asset(group_name=GROUP, kinds={"gliner", "pytorch"}, owners=OWNERS, deps=_BEFORE_TRAINING, pool="gpu")
def gliner_model(context: dg.AssetExecutionContext, workspace: WorkspaceResource, training_launcher: TrainingLauncher) -> Result:
    """The base model fine-tuned on the dataset's training split; the best epoch by validation loss is kept."""
    ws = workspace.open()
    return _train(context, training_launcher, models.tune_job(ws, control=False), ws.provenance / "jobs")


@dg.asset(group_name=GROUP, kinds={"gliner", "pytorch"}, owners=OWNERS, deps=_BEFORE_TRAINING, pool="gpu")
def control_model(context: dg.AssetExecutionContext, workspace: WorkspaceResource, training_launcher: TrainingLauncher) -> Result:
    """The base model after as many further examples and epochs of its own training data: what more training alone would bring."""
    ws = workspace.open()
    if ws.recipe.base_model.kind == "pretrained":
        return Result(metadata={"note": "a published base model's training data is not at hand: no control"})
    return _train(context, training_launcher, models.tune_job(ws, control=True), ws.provenance / "jobs")


@dg.asset(
    group_name=GROUP,
    kinds={"gliner"},
    owners=OWNERS,
    deps=[*after("ner_dataset"), "base_model", "gliner_model", "control_model"],
    pool="gpu",
)
def benchmark_scores(context: dg.AssetExecutionContext, workspace: WorkspaceResource, training_launcher: TrainingLauncher) -> Result:
    """Micro-F1 of base, tuned and control on the test split, the project benchmark and held-out sentences, with intervals."""
    ws = workspace.open()
    if not outputs.scores_are_current(ws):
        training_launcher.score(context, models.score_job(ws), ws.provenance / "jobs")
        outputs.stamp_scores(ws)
    scores, comparisons = outputs.read_scores(ws)
    overall = [score for score in scores if score.group == "all"]
    lines = ["| benchmark | model | F1 | 95 % |", "| --- | --- | ---: | ---: |"]
    lines += [f"| {s.benchmark} | {s.model} | {s.f1:.3f} | {s.f1_low:.3f} – {s.f1_high:.3f} |" for s in overall]
    lines += ["", "| benchmark | difference | F1 | 95 %, paired |", "| --- | --- | ---: | ---: |"]
    lines += [f"| {c.benchmark} | {c.model} – {c.against} | {c.difference:+.3f} | {c.low:+.3f} – {c.high:+.3f} |" for c in comparisons]
    figures = {f"f1 {s.model} {s.benchmark}".replace(" ", "_"): s.f1 for s in overall}
    return Result(metadata={"scores": dg.MetadataValue.md("\n".join(lines)), **figures})


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


ASSETS = [base_model, gliner_model, control_model, benchmark_scores, distribution_report]
