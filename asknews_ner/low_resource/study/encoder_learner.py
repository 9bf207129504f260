"""Any pretrained encoder with one class a word, as a learner: the study's own architecture."""

import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asknews_ner.low_resource.study.learner import Course, Rows, Trained, no_progress, row_of, silent
from asknews_ner.recipe import StudyTrainParams, TokenClassifierParams


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
                [row_of(row) for row in rows],
                [row_of(row) for row in validation],
                asked,
                seed,
                Path(scratch),
                silent,
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

        return [tagged.tags for tagged in tag(self.classifier, [row.tokens for row in rows], self.batch_size, no_progress)]

    def save(self, folder: Path) -> None:
        from asknews_ner.train.tokens.model import save_token_classifier

        save_token_classifier(self.classifier, folder)
