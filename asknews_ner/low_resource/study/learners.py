"""How a model of each kind is trained on rows and tags others: characters, any pretrained encoder, GLiNER.

A learner hides which library trains; the study sees rows in and tags out."""

import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from asknews_ner.dataset.bio import bio, spans
from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.recipe import CHARACTERS, StudyTrainParams, TokenClassifierParams, TuneParams
from asknews_ner.records import NerSpan
from asknews_ner.train.rows import GlinerRow, gliner_row

Rows = Sequence[TaggedSentence]
_TYPE_WORDS = {"PER": "person", "ORG": "organization", "LOC": "location", "DATE": "date"}
"""What GLiNER is asked for: it reads the names of types, and was trained on words. Other types are asked for by their own name."""


@dataclass(frozen=True, slots=True)
class Course:
    """How a training went. `best_epoch`: the one kept, 0 if nothing was trained."""

    epochs: int = 0
    best_epoch: int = 0
    validation_f1: float | None = None


class Trained(Protocol):
    """A model that can tag."""

    @property
    def course(self) -> Course:
        """How it was trained."""
        ...

    def tag(self, rows: Rows) -> list[list[str]]:
        """A BIO tag for each word."""
        ...

    def save(self, folder: Path) -> None:
        """Into a folder that is there, so that a training can start from it."""
        ...


class Learner(Protocol):
    """Trains models of one kind."""

    def train(self, rows: Rows, validation: Rows, seed: int, epochs: int, start: Path | None) -> Trained:
        """A model trained on the rows, from `start` (saved by `Trained.save`) or from the beginning."""
        ...


@dataclass(frozen=True, slots=True)
class Outside:
    """What rows without an entity teach: to find none. Libraries differ in how they fail at such rows, so none of them is asked."""

    course: Course = field(default_factory=Course)

    def tag(self, rows: Rows) -> list[list[str]]:
        """`O` everywhere."""
        return [["O"] * len(row.tokens) for row in rows]

    def save(self, folder: Path) -> None:
        """There is nothing to save."""


def learner_of(regime: str, params: StudyTrainParams, types: Sequence[str], tune: TuneParams) -> Learner:
    """The learner of a regime."""
    if regime == "gliner":
        return GlinerLearner(params, types, tune)
    return CharacterLearner(params, types) if params.encoder == CHARACTERS else EncoderLearner(params, types)


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


@dataclass(frozen=True, slots=True)
class EncoderLearner:
    """Any encoder of transformers with one class a word (`train/tokens`), as in the study."""

    params: StudyTrainParams
    types: Sequence[str]

    def train(self, rows: Rows, validation: Rows, seed: int, epochs: int, start: Path | None) -> Trained:
        """See Learner."""
        from asknews_ner.train.tokens.fit import fit_tokens
        from asknews_ner.train.tokens.model import load_token_classifier

        params = self.params
        if start and not rows:
            return _Encoder(load_token_classifier(start), Course(), params.batch_size)
        steps = max(1, math.ceil(len(rows) / params.batch_size))
        asked = TokenClassifierParams(
            encoder=str(start) if start else params.encoder,
            revision=None if start else params.revision,
            epochs=max(epochs, math.ceil(params.least_steps / steps)),
            steps=0,
            batch_size=params.batch_size,
            learning_rate=params.learning_rate,
            head_learning_rate=params.head_learning_rate,
            weight_decay=params.weight_decay,
            warmup_share=params.warmup_share,
            max_pieces=params.max_pieces,
            freeze_word_embeddings=params.freeze_word_embeddings,
        )
        with tempfile.TemporaryDirectory() as scratch:
            done = fit_tokens(
                [_row(row) for row in rows],
                [_row(row) for row in validation],
                asked,
                seed,
                Path(scratch),
                _silent,
                types=self.types,
                patience=params.patience,
                max_gradient_norm=params.max_gradient_norm,
            )
        epochs_done = max((int(entry["epoch"]) for entry in done.result.history if "epoch" in entry), default=0)
        return _Encoder(done.classifier, Course(epochs_done, done.best_epoch, done.result.best_f1), params.batch_size)


@dataclass(frozen=True, slots=True)
class _Encoder:
    classifier: Any
    course: Course
    batch_size: int

    def tag(self, rows: Rows) -> list[list[str]]:
        from asknews_ner.train.tokens.tagging import tag

        return [tagged.tags for tagged in tag(self.classifier, [row.tokens for row in rows], self.batch_size, _no_progress)]

    def save(self, folder: Path) -> None:
        from asknews_ner.train.tokens.model import save_token_classifier

        save_token_classifier(self.classifier, folder)


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
                done = fit(model, self._named(rows), self._named(validation), tune_params(job, {}), Path(scratch), _silent)
            course = Course(epochs, 0, done.best_f1)
        return _Gliner(model, tuple(self.types), self.tune, course)

    def _named(self, rows: Rows) -> list[GlinerRow]:
        return [{**row, "ner": [[start, end, _word(name)] for start, end, name in row["ner"]]} for row in map(_row, rows)]


@dataclass(frozen=True, slots=True)
class _Gliner:
    model: Any
    types: tuple[str, ...]
    tune: TuneParams
    course: Course

    def tag(self, rows: Rows) -> list[list[str]]:
        from asknews_ner.train.gliner.predict import predict

        names = {_word(name): name for name in self.types}
        asked = [_row(row) for row in rows]
        found = predict(self.model, asked, list(names), self.tune.validation_threshold, self.tune.validation_batch_size, _no_progress)
        return [
            bio(len(row.tokens), [NerSpan(start, end, names[label]) for start, end, label in sorted(of_row)])
            for row, of_row in zip(rows, found, strict=True)
        ]

    def save(self, folder: Path) -> None:
        from asknews_ner.train.gliner.model import save_model

        save_model(self.model, folder)


def _word(name: str) -> str:
    return _TYPE_WORDS.get(name, name.lower())


def _row(row: TaggedSentence) -> GlinerRow:
    return gliner_row(row.tokens, [NerSpan(start, end - 1, name) for start, end, name in spans(row.tags)])


def _silent(_: dict[str, float]) -> None:
    """The study says when a cell is done."""


def _no_progress(rows: int, tokens: int = 0, /) -> None:
    """The study says when a cell is done."""
