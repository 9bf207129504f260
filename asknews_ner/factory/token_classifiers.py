"""The token classifier of the recipe, trained on the same dataset as GLiNER: its folder, its job, and the job that scores it."""

from pathlib import Path

from asknews_ner.evaluate.benchmarks.collection import benchmark_digests
from asknews_ner.evaluate.job import ScoreJob
from asknews_ner.evaluate.tables.size_scores import SizeScores
from asknews_ner.evaluate.tables_of_job import read_tables
from asknews_ner.factory.leakage_stage import FAMILIARITY_TABLE
from asknews_ner.factory.models import dataset_digest
from asknews_ner.factory.stamps import stamped
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.records import Score
from asknews_ner.storage.atomic import write_text
from asknews_ner.train.job import TokensJob
from asknews_ner.train.run import stamp_of

NAME = "token_classifier"
_VERSION = "1"
_STAMP = "FINGERPRINT"


def tokens_job(ws: Workspace) -> TokensJob:
    """The job that trains it."""
    params = ws.recipe.token_classifier
    return TokensJob(
        output=str(ws.models / NAME),
        stamp=fingerprint(NAME, _VERSION, params, dataset_digest(ws.dataset), ws.recipe.seed),
        seed=ws.recipe.seed,
        dataset=str(ws.dataset),
        params=params,
    )


def classifier_is_current(ws: Workspace) -> bool:
    """Whether the classifier in place was trained on the present dataset, as the recipe says."""
    job = tokens_job(ws)
    return stamp_of(Path(job.output)) == job.stamp


def tokens_score_job(ws: Workspace) -> ScoreJob:
    """The job that scores it on the sets on which GLiNER is scored. Of types it was not trained on it finds none."""
    return ScoreJob(
        output=str(ws.scores / NAME),
        models={NAME: tokens_job(ws).output},
        dataset=str(ws.dataset),
        benchmarks=ws.benchmarks,
        familiarity=str(ws.tables.path(FAMILIARITY_TABLE)),
        template_sentences=0,
        params=ws.recipe.evaluate,
        seed=ws.recipe.seed,
    )


def tokens_score_stamp(ws: Workspace) -> str:
    """What its scores are made of."""
    params = ws.recipe.evaluate.model_dump(mode="json", exclude={"gate"})
    made_of = [tokens_job(ws).stamp, dataset_digest(ws.dataset), benchmark_digests(ws.benchmarks), params, ws.recipe.seed]
    return fingerprint("scores of", NAME, _VERSION, made_of)


def classifier_scores_are_current(ws: Workspace) -> bool:
    """Whether the scores are those of the present classifier."""
    return stamped(ws.scores / NAME / _STAMP, tokens_score_stamp(ws))


def finish_classifier_scores(ws: Workspace) -> None:
    """Mark the scores as those of the present classifier."""
    write_text(ws.scores / NAME / _STAMP, tokens_score_stamp(ws) + "\n")


def classifier_scores(ws: Workspace) -> list[Score]:
    """Its score on each set, over all sentences and types."""
    tables = read_tables(ws.scores / NAME)
    return SizeScores(NAME, tables.scores, tables.comparisons).overall
