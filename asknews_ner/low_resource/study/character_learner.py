"""The small tagger that is trained from nothing, as a learner."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asknews_ner.low_resource.study.learner import Course, Rows, Trained
from asknews_ner.recipe import StudyTrainParams


@dataclass(frozen=True, slots=True)
class CharacterLearner:
    """The small tagger that is trained from nothing (`train/characters`)."""

    params: StudyTrainParams
    types: Sequence[str]

    def train(self, rows: Rows, validation: Rows, seed: int, epochs: int, start: Path | None) -> Trained:
        """See Learner."""
        from asknews_ner.train.characters.fit import CharacterFitParams, fit_tagger
        from asknews_ner.train.characters.tagger import load_tagger, new_tagger
        from asknews_ner.train.tokens.rows import classes_of

        params = self.params
        tagger = load_tagger(start) if start else new_tagger(params.characters, classes_of(list(self.types)), seed)
        done = fit_tagger(
            tagger,
            [(row.tokens, row.tags) for row in rows],
            [(row.tokens, row.tags) for row in validation],
            CharacterFitParams(
                epochs=epochs,
                least_steps=params.least_steps,
                patience=params.patience,
                batch_size=params.batch_size,
                learning_rate=params.learning_rate,
                weight_decay=params.weight_decay,
                warmup_share=params.warmup_share,
                max_gradient_norm=params.max_gradient_norm,
                seed=seed,
            ),
        )
        return _Characters(tagger, Course(done.epochs, done.best_epoch, done.best_f1))


@dataclass(frozen=True, slots=True)
class _Characters:
    tagger: Any
    course: Course

    def tag(self, rows: Rows) -> list[list[str]]:
        from asknews_ner.train.characters.tagger import tag_words

        return tag_words(self.tagger, [row.tokens for row in rows])

    def save(self, folder: Path) -> None:
        from asknews_ner.train.characters.tagger import save_tagger

        save_tagger(self.tagger, folder)
