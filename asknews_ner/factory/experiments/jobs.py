"""Arms of an experiment as a job of trainings, and the finished ones read back."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from asknews_ner.experiments.cells import read_trial
from asknews_ner.experiments.job import CellJob, ExperimentJob, SetJob
from asknews_ner.experiments.points import Setting, Trained
from asknews_ner.factory.experiments.sets import ScoredSet
from asknews_ner.factory.models import base_place, base_stamp, bring_base
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.recipe import CHARACTERS, ExperimentFamily, RecipeError, StudyTrainParams

OWN_BASE = "base"
ROWS = "experiment_rows"
"""Folder of the tables of rows that trainings read, each called after its content."""
_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Arm:
    """Rows that one training learns from."""

    setting: Setting
    seed: int
    rows: Sequence[TaggedSentence]


def job_of(ws: Workspace, experiment: str, arms: Sequence[Arm], tests: Sequence[ScoredSet]) -> ExperimentJob:
    """The job of an experiment, its rows as tables that the program reads. A training is named by what it is made of: experiments that
    need the same one share it."""
    params = ws.recipe.experiments
    test_jobs = [SetJob(name=test.described.test, rows=_place(ws, test.rows), types=test.described.types) for test in tests]
    of_tests = fingerprint([[Path(test.rows).parent.name, test.name, test.types] for test in test_jobs])
    cells = []
    for arm in arms:
        family = params.families[arm.setting.family]
        training, place = training_of(ws, family), _place(ws, arm.rows)
        more = {"gliner": ws.recipe.tune, "crf": params.crf}.get(family.learner)
        settings = training.model_dump(mode="json", exclude={"seeds", "sizes", "regimes", "gliner"})
        model = base_stamp(ws, ws.recipe.sizes[0]) if family.model == OWN_BASE else family.model
        made_of = [_digest(arm.rows), settings, model, arm.seed, of_tests, params.types, family.learner, more]
        cells.append(
            CellJob(
                key=fingerprint("experiment cell", _VERSION, made_of),
                family=arm.setting.family,
                arm=arm.setting.arm,
                seed=arm.seed,
                rows=place,
                learner=family.learner,
                params=training,
            )
        )
    return ExperimentJob(
        experiment=experiment, folder=str(ws.root / "experiments"), types=params.types, cells=tuple(cells), tests=tuple(test_jobs),
        tune=ws.recipe.tune, crf=params.crf,
    )  # fmt: skip


def finished(job: ExperimentJob, arms: Sequence[Arm]) -> list[Trained]:
    """The trainings that are there, in the order of the arms."""
    found = [(arm, read_trial(Path(job.folder), cell.key)) for arm, cell in zip(arms, job.cells, strict=True)]
    return [Trained(arm.setting, arm.seed, trial) for arm, trial in found if trial is not None]


def training_of(ws: Workspace, family: ExperimentFamily) -> StudyTrainParams:
    """A family's settings, over those of the low-resource study."""
    own = family.model_dump(include={"revision", "epochs", "least_steps", "batch_size", "learning_rate", "head_learning_rate"})
    return ws.recipe.low_resource.study.train.model_copy(
        update={
            **own,
            "encoder": family.model if family.learner == "encoder" else CHARACTERS,
            "gliner": _gliner(ws, family) if family.learner == "gliner" else None,
            "freeze_word_embeddings": family.freeze_word_embeddings,
            "validation": "carved",
            "validation_share": ws.recipe.experiments.validation_share,
        }
    )


def _gliner(ws: Workspace, family: ExperimentFamily) -> str:
    if family.model != OWN_BASE:
        return family.model
    size = ws.recipe.sizes[0]
    bring_base(ws, size)
    place, _ = base_place(ws, size)
    if ws.recipe.base_model(size).kind == "template-trained" and not Path(place).is_dir():
        raise RecipeError(
            f"experiments.families: `model: {OWN_BASE}` is the base model of size {size}, which is not made yet: run the recipe first"
        )
    return place


def _digest(rows: Sequence[TaggedSentence]) -> str:
    return fingerprint([[row.tokens, row.tags] for row in rows])


def _place(ws: Workspace, rows: Sequence[TaggedSentence]) -> str:
    """A file of rows, called after its content."""
    stamp = _digest(rows)
    table = f"{ROWS}/{stamp[:32]}"
    if ws.tables.fingerprint(table) != stamp:
        ws.tables.write(table, TaggedSentence, rows, stamp)
    file = ws.tables.file(table)
    assert file is not None  # written above
    return str(file)
