"""Loss and micro-F1 on the validation split, in one pass over it."""

from collections.abc import Callable, Sequence
from typing import Any

from asknews_ner.train.gliner.collate import Inputs, collate
from asknews_ner.train.gliner.predict import Spans, decoded, gold_spans, longest_first, micro_f1
from asknews_ner.train.loop.shown_types import NOTHING
from asknews_ner.train.rows import GlinerRow, types_of


class Validation:
    """Validation rows with all of the split's types in every prompt, so that neither figure depends on chance."""

    def __init__(self, model: Any, rows: Sequence[GlinerRow], threshold: float, batch_size: int) -> None:
        self._model = model
        self._rows = rows
        self._threshold = threshold
        self._batches = longest_first(rows, batch_size)
        self._types = types_of(rows) or [NOTHING]
        self._gold = gold_spans(rows)

    def measure(self, loss_and_output: Callable[[Inputs], tuple[Any, Any]]) -> dict[str, float]:
        """`eval_loss` (summed over spans and types, mean over texts, so that it does not depend on the batch size) and `eval_f1`
        (exact spans, flat). `loss_and_output` computes a collated batch without gradients."""
        names = dict(enumerate(self._types, start=1))
        losses = 0.0
        found: list[Spans] = [frozenset() for _ in self._rows]
        for part in self._batches:
            rows = [self._rows[index] for index in part]
            loss, output = loss_and_output(collate(self._model, rows, [self._types] * len(rows)))
            losses += float(loss)
            batch = {"tokens": [row["tokenized_text"][: self._model.config.max_len] for row in rows], "id_to_classes": names}
            for index, spans in zip(part, decoded(self._model, output, batch, self._threshold), strict=True):
                found[index] = spans
        return {"eval_loss": losses / len(self._rows), "eval_f1": micro_f1(self._gold, found)}
