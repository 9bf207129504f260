"""The other architecture: a token classifier trained on the same dataset and scored on the same sets as GLiNER."""

from pathlib import Path
from typing import Any

import dagster as dg

from asknews_ner.factory import token_classifiers
from asknews_ner.orchestration.assets.model import GROUP, POOL
from asknews_ner.orchestration.build import OWNERS, after
from asknews_ner.orchestration.model_metadata import overall_table
from asknews_ner.orchestration.resources import WorkspaceResource
from asknews_ner.orchestration.training_launcher import TrainingLauncher

Result = dg.MaterializeResult[Any]


@dg.asset(group_name=GROUP, kinds={"huggingface", "pytorch"}, owners=OWNERS, deps=after("ner_dataset"), pool=POOL)
def token_classifier(context: dg.AssetExecutionContext, workspace: WorkspaceResource, training_launcher: TrainingLauncher) -> Result:
    """An encoder with one class a word (BIO), fine-tuned on the dataset's training split by transformers' Trainer.

    For comparison with GLiNER: it knows the types it was trained on and no others. Not part of the nightly refresh; materialise it here."""
    ws = workspace.open()
    job = token_classifiers.tokens_job(ws)
    reused = token_classifiers.classifier_is_current(ws)
    facts = {} if reused else training_launcher.train(context, job, ws.provenance / "jobs" / f"{token_classifiers.NAME}.json")
    place = dg.MetadataValue.path(str(Path(job.output)))
    return Result(metadata={"model": place, "stamp": job.stamp, "reused": reused, **facts}, data_version=dg.DataVersion(job.stamp))


@dg.asset(group_name=GROUP, kinds={"huggingface"}, owners=OWNERS, deps=[*after("ner_dataset"), "token_classifier"], pool=POOL)
def token_classifier_scores(context: dg.AssetExecutionContext, workspace: WorkspaceResource, training_launcher: TrainingLauncher) -> Result:
    """Micro-F1 of the token classifier on the sets on which GLiNER is scored: the test split, the project's sentences, the user's."""
    ws = workspace.open()
    reused = token_classifiers.classifier_scores_are_current(ws)
    if not reused:
        job = token_classifiers.tokens_score_job(ws)
        training_launcher.score(context, job, ws.provenance / "jobs" / f"{token_classifiers.NAME}-scores.json")
        token_classifiers.finish_classifier_scores(ws)
    scores = token_classifiers.classifier_scores(ws)
    figures = {f"f1 {score.benchmark}".replace(" ", "_"): score.f1 for score in scores}
    return Result(
        metadata={"scores": dg.MetadataValue.md(overall_table(scores)), **figures, "reused": reused},
        data_version=dg.DataVersion(token_classifiers.tokens_score_stamp(ws)),
    )


ASSETS = [token_classifier, token_classifier_scores]
