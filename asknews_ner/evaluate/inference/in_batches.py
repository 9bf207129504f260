"""Sentences → spans in batches, which other machines may work on: each loads the model from its folder, and keeps it."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa

from asknews_ner.annotate.annotator import Progress
from asknews_ner.batches.mapper import Batch, Mapper, in_groups
from asknews_ner.evaluate.inference.predictor import Predictor, load_predictor
from asknews_ner.recipe import EvaluateParams
from asknews_ner.train.gliner.predict import Spans
from asknews_ner.train.rows import GlinerRow

_TOGETHER = 512
"""Sentences of one batch, of about the same length: some seconds' work. The model's own batches are formed inside it."""
_SPANS = pa.list_(pa.struct([("start", pa.int64()), ("end", pa.int64()), ("label", pa.string())]))


@dataclass(frozen=True, slots=True)
class PredictRows:
    """Column `words` → column `spans`, sorted. `place`: a model's folder, the same path on all machines, or its name on the hub."""

    place: str
    revision: str | None
    params: EvaluateParams
    types: tuple[str, ...]
    nested: bool
    on_gpu: bool = True

    def __call__(self, rows: pa.Table, /) -> pa.Table:
        """Raises RecipeError if the model cannot be loaded."""
        predictor = _loaded(self.place, self.params, self.revision)
        given: list[GlinerRow] = [{"tokenized_text": words, "ner": []} for words in rows["words"].to_pylist()]
        found = predictor.predict(given, self.types, lambda *_: None, self.nested)
        spans = [[{"start": start, "end": end, "label": label} for start, end, label in sorted(of_row)] for of_row in found]
        return pa.table({"spans": pa.array(spans, _SPANS)})


def predict_in_batches(work: PredictRows, rows: Sequence[GlinerRow], progress: Progress, mapper: Mapper) -> list[Spans]:
    """Spans of each row, in the rows' order; the longest rows are worked on first."""
    found: list[Spans] = [frozenset() for _ in rows]
    sent: deque[tuple[int, ...]] = deque()

    def batches() -> Iterator[Batch]:
        order = sorted(range(len(rows)), key=lambda index: -len(rows[index]["tokenized_text"]))
        for number, places in enumerate(in_groups(order, _TOGETHER)):
            sent.append(places)
            words = pa.array([list(rows[index]["tokenized_text"]) for index in places], pa.list_(pa.string()))
            yield Batch(f"sentences for {work.place}, batch {number + 1}", pa.table({"words": words}))

    for made in mapper.map(work, batches()):
        places = sent.popleft()
        for index, spans in zip(places, made["spans"].to_pylist(), strict=True):
            found[index] = frozenset((span["start"], span["end"], span["label"]) for span in spans)
        progress(len(places))
    return found


def forget_model() -> None:
    """Give back the memory of the model that this process loaded; its folder may hold another one the next time."""
    _loaded.cache_clear()


@lru_cache(maxsize=1)
def _loaded(place: str, params: EvaluateParams, revision: str | None) -> Predictor:
    return load_predictor(place, params, revision)
