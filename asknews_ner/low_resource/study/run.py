"""The program's work: go through the cells of a language, leave out what is there, train and score the rest."""

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

import pyarrow.parquet as pq

from asknews_ner.dataset.bio import OUTSIDE, spans
from asknews_ner.evaluate.scores.counts import count, f1_of
from asknews_ner.fingerprints import fingerprint
from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.low_resource.study.cell_files import CellResult, cell_file, read_cell, write_cell
from asknews_ner.low_resource.study.grid import Cell, carved, cells, shuffled
from asknews_ner.low_resource.study.job import StudyJob
from asknews_ner.low_resource.study.learner import Learner, Outside, Rows, Trained
from asknews_ner.low_resource.study.learners import learner_of
from asknews_ner.low_resource.study.records import HUMAN, MissingCell, StudyScore
from asknews_ner.storage.atomic import replace_folder, write_text
from asknews_ner.train.gliner.predict import Spans

_VERSION = "1"
_STAMP = "STAMP"
_NOT_OF_A_CELL = {"sizes", "seeds", "regimes", "least_rows"}
"""Settings that say which cells there are, not what one is made of: a larger grid keeps the cells of a smaller one."""
Say = Callable[[CellResult, bool], None]
"""Called after each cell; true if it was there already."""


class StudyRun:
    """One language's job, its rows read once."""

    def __init__(self, job: StudyJob) -> None:
        self.job = job
        self.folder = Path(job.folder)

    @cached_property
    def rows(self) -> Mapping[str, list[TaggedSentence]]:
        """Training rows by source, all of them."""
        return {source: read_rows(Path(path)) for source, path in self.job.sources.items()}

    @cached_property
    def test(self) -> list[TaggedSentence]:
        """The human test split."""
        return read_rows(Path(self.job.test))

    @cached_property
    def human_validation(self) -> list[TaggedSentence]:
        """The human validation split; empty if there is none."""
        return read_rows(Path(self.job.validation)) if self.job.validation else []

    @cached_property
    def related(self) -> list[TaggedSentence]:
        """Rows of the related language; empty if there are none."""
        return read_rows(Path(self.job.related)) if self.job.related else []

    def plan(self) -> tuple[list[Cell], list[MissingCell]]:
        """(cells that can be made, what cannot and why)."""
        job, params = self.job, self.job.params
        missing = []
        available = {}
        for source, rows in self.rows.items():
            if len(rows) >= params.least_rows:
                available[source] = len(rows)
            else:
                reason = f"{len(rows)} rows, at least {params.least_rows} are needed (low_resource.study.train.least_rows)"
                missing.append(MissingCell(job.language, "all", source, reason))
        regimes = [regime for regime in params.regimes if regime != "related" or self.related]
        if len(regimes) < len(params.regimes):
            missing.append(MissingCell(job.language, "related", "all", job.no_related))
        if params.validation == "human" and not self.human_validation:
            reason = "validation is to be human and there is no human validation split; set low_resource.study.train.validation to carved"
            return [], [*missing, MissingCell(job.language, "all", "all", reason)]
        return cells(available, regimes, params.sizes, params.seeds), missing

    def run(self, say: Say) -> None:
        """Make every cell that is not there, or was made of other rows or settings."""
        planned, _ = self.plan()
        for cell in planned:
            path, stamp = cell_file(self.folder, cell.name), self.stamp(cell)
            done = read_cell(path)
            is_there = done is not None and done.stamp == stamp
            if done is None or not is_there:
                done = self._train(cell, stamp)
                write_cell(path, done)
            say(done, is_there)

    def stamp(self, cell: Cell) -> str:
        """What a cell is made of: its rows, the test rows, the settings of a training."""
        params = self.job.params.model_dump(mode="json", exclude=_NOT_OF_A_CELL if cell.size else {*_NOT_OF_A_CELL, "epochs"})
        made_of = [self._digests["test"], self._digests[cell.source] if cell.size else "", cell.name, self.job.types, params]
        if cell.regime == "related":
            made_of.append(self._digests["related"])
        if cell.regime == "gliner":
            made_of.append(self.job.tune.model_dump(mode="json"))
        if self.job.params.validation == "human":
            made_of.append(self._digests["validation"])
        return fingerprint("study cell", _VERSION, made_of)

    @cached_property
    def _digests(self) -> dict[str, str]:
        sets = {**self.rows, "test": self.test, "related": self.related, "validation": self.human_validation}
        return {name: fingerprint([[row.tokens, row.tags] for row in rows]) for name, rows in sets.items()}

    def _train(self, cell: Cell, stamp: str) -> CellResult:
        began = time.process_time()
        job, params = self.job, self.job.params
        learner = learner_of(cell.regime, params, job.types, job.tune)
        start = self._related_model(learner, cell.seed) if cell.regime == "related" else None
        taken: Rows = []
        rows: Rows = []
        validation: Rows = []
        if cell.size:
            taken = shuffled(self.rows[cell.source], job.language, cell.source, cell.seed)[: cell.size]
            rows, validation = self._parts(taken)
        if cell.size and not any(tag != OUTSIDE for row in rows for tag in row.tags):
            return self._scored(cell, Outside(), len(validation), stamp, began)
        trained = learner.train(rows, validation, cell.seed, params.epochs if rows else 0, start)
        return self._scored(cell, trained, len(validation), stamp, began)

    def _parts(self, taken: Rows) -> tuple[Rows, Rows]:
        """(rows to train on, rows to pick the epoch by). Human validation rows are no more than the rows taken, as in the study."""
        if self.job.params.validation == "human":
            return taken, self.human_validation[: len(taken)]
        return carved(taken, self.job.params.validation_share)

    def _related_model(self, learner: Learner, seed: int) -> Path:
        """The model of the related language, trained once a seed; the checkpoint is picked on its own carved rows."""
        params = self.job.params
        folder = self.folder / "related" / f"{self.job.related_language}-{seed}"
        settings = params.model_dump(mode="json", exclude={*_NOT_OF_A_CELL, "epochs"})
        stamp = fingerprint("study related", _VERSION, self._digests["related"], self.job.types, settings, seed)
        file = folder / _STAMP
        if not file.is_file() or file.read_text(encoding="utf-8") != stamp:
            rows = shuffled(self.related, self.job.related_language, HUMAN, seed)[: params.related_rows]
            train, validation = carved(rows, params.validation_share)
            trained = learner.train(train, validation, seed, params.related_epochs, None)

            def fill(place: Path) -> None:
                trained.save(place)
                write_text(place / _STAMP, stamp)

            replace_folder(folder, fill)
        return folder

    def _scored(self, cell: Cell, trained: Trained, validation_rows: int, stamp: str, began: float) -> CellResult:
        gold, found = [_spans(row.tags) for row in self.test], [_spans(tags) for tags in trained.tag(self.test)]
        counts = count(gold, found)
        total = [int(value) for value in counts.sum(axis=0)]
        precision, recall, f1 = f1_of(*total)
        score = StudyScore(
            language=self.job.language,
            regime=cell.regime,
            source=cell.source,
            size=cell.size,
            validation_rows=validation_rows,
            validation=self.job.params.validation,
            seed=cell.seed,
            gold=total[0],
            precision=round(precision, 6),
            recall=round(recall, 6),
            f1=round(f1, 6),
            validation_f1=trained.course.validation_f1,
            epochs=trained.course.epochs,
            best_epoch=trained.course.best_epoch,
        )
        return CellResult(score, counts, stamp, time.process_time() - began)


def read_rows(path: Path) -> list[TaggedSentence]:
    """Rows of a Parquet file with `tokens` and `tags` among its columns."""
    table = pq.read_table(path, columns=["tokens", "tags"])
    return [
        TaggedSentence(tuple(tokens), tuple(tags))
        for tokens, tags in zip(table["tokens"].to_pylist(), table["tags"].to_pylist(), strict=True)
    ]


def _spans(tags: list[str] | tuple[str, ...]) -> Spans:
    return frozenset(spans(tags))
