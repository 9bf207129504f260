"""GLiNER as a learner: the third regime."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asknews_ner.dataset.bio import bio
from asknews_ner.low_resource.study.learner import Course, Rows, Trained, no_progress, row_of, silent
from asknews_ner.recipe import StudyTrainParams, TuneParams
from asknews_ner.records import NerSpan
from asknews_ner.train.rows import GlinerRow

_TYPE_WORDS = {"PER": "person", "ORG": "organization", "LOC": "location", "DATE": "date"}
"""What GLiNER is asked for: it reads the names of types, and was trained on words. Other types are asked for by their own name."""


@dataclass(frozen=True, slots=True)
class GlinerLearner:
    """A GLiNER tuned by the project's own loop with the recipe's `tune`; it is asked for the types by their words."""

    params: StudyTrainParams
    types: Sequence[str]
    tune: TuneParams

    def train(self, rows: Rows, validation: Rows, seed: int, epochs: int, start: Path | None) -> Trained:
        """See Learner. Without rows: the model as it is (its zero-shot point)."""
        from asknews_ner.train.fit_params import tune_params
        from asknews_ner.train.gliner.model import freeze_word_embeddings, load_model
        from asknews_ner.train.job import TuneJob
        from asknews_ner.train.loop.fit import fit

        name = str(start) if start else str(self.params.gliner)
        model = load_model(name, None)
        model.config.max_types, model.config.max_len = self.tune.max_types, self.tune.max_length
        freeze_word_embeddings(model, self.tune.freeze_word_embeddings)
        course = Course()
        if rows:
            job = TuneJob(
                output="", stamp="", seed=seed, model=name, revision=None, dataset="", control=False,
                params=self.tune.model_copy(update={"epochs": epochs}),
            )  # fmt: skip
            with tempfile.TemporaryDirectory() as scratch:
                done = fit(model, self._named(rows), self._named(validation), tune_params(job, {}), Path(scratch), silent)
            course = Course(epochs, 0, done.best_f1)
        return _Gliner(model, tuple(self.types), self.tune, course)

    def _named(self, rows: Rows) -> list[GlinerRow]:
        return [{**row, "ner": [[start, end, _word(name)] for start, end, name in row["ner"]]} for row in map(row_of, rows)]


@dataclass(frozen=True, slots=True)
class _Gliner:
    model: Any
    types: tuple[str, ...]
    tune: TuneParams
    course: Course

    def tag(self, rows: Rows) -> list[list[str]]:
        from asknews_ner.train.gliner.predict import predict

        names = {_word(name): name for name in self.types}
        asked = [row_of(row) for row in rows]
        found = predict(self.model, asked, list(names), self.tune.validation_threshold, self.tune.validation_batch_size, no_progress)
        return [
            bio(len(row.tokens), [NerSpan(start, end, names[label]) for start, end, label in sorted(of_row)])
            for row, of_row in zip(rows, found, strict=True)
        ]

    def save(self, folder: Path) -> None:
        from asknews_ner.train.gliner.model import save_model

        save_model(self.model, folder)


def _word(name: str) -> str:
    return _TYPE_WORDS.get(name, name.lower())
