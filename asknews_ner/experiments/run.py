"""The program's work: go through the trainings of an experiment, leave out what is there, train and score the rest."""

import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from asknews_ner.dataset.bio import OUTSIDE, spans
from asknews_ner.evaluate.scores.counts import count_where
from asknews_ner.experiments.cells import Trial, read_trial, write_trial
from asknews_ner.experiments.crf_learner import CrfLearner
from asknews_ner.experiments.job import CellJob, ExperimentJob
from asknews_ner.low_resource.study.grid import carved
from asknews_ner.low_resource.study.learner import Learner, Outside, Rows, Trained
from asknews_ner.low_resource.study.learners import learner_of
from asknews_ner.low_resource.study.run import read_rows
from asknews_ner.train.gliner.predict import Spans

Say = Callable[[CellJob, Trial, bool], None]
"""Called after each training; true if it was there already."""


def run(job: ExperimentJob, say: Say) -> None:
    """Make every training that is not there."""
    folder = Path(job.folder)
    for cell in job.cells:
        done = read_trial(folder, cell.key)
        if done is None:
            trial = _trained(job, cell)
            write_trial(folder, trial)
            say(cell, trial, False)
        else:
            say(cell, done, True)


def _trained(job: ExperimentJob, cell: CellJob) -> Trial:
    began = time.process_time()
    rows = read_rows(Path(cell.rows))
    trained: Trained = Outside()
    if any(tag != OUTSIDE for row in rows for tag in row.tags):
        learner = _learner(job, cell)
        train, validation = carved(rows, cell.params.validation_share)
        trained = learner.train(train, validation, cell.seed, cell.params.epochs, None)
    counts = {}
    for test in job.tests:
        gold, counted = _test(test.rows), set(test.types)
        found = [_spans(tags) for tags in trained.tag(gold)]
        counts[test.name] = count_where([_spans(row.tags) for row in gold], found, counted.__contains__)
    return Trial(cell.key, len(rows), counts, time.process_time() - began, trained.course.best_epoch)


def _learner(job: ExperimentJob, cell: CellJob) -> Learner:
    if cell.learner == "crf":
        return CrfLearner(job.crf)
    return learner_of("gliner" if cell.learner == "gliner" else "scratch", cell.params, job.types, job.tune)


@lru_cache(maxsize=64)
def _test(path: str) -> Rows:
    return read_rows(Path(path))


def _spans(tags: list[str] | tuple[str, ...]) -> Spans:
    return frozenset(spans(tags))
