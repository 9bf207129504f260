"""The batches of an epoch: a pure function of rows, seed and number of the epoch, so that a resumed run sees what the first one saw."""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from asknews_ner.fingerprints import stable_seed
from asknews_ner.train.gliner.collate import Inputs, collate
from asknews_ner.train.loop.shown_types import shown_types
from asknews_ner.train.rows import GlinerRow

ROWS = "rows"
"""Key under which a batch carries its rows, with the types they were shown, beside the tensors."""


@dataclass(frozen=True, slots=True)
class BatchParams:
    """How rows become batches."""

    batch_size: int
    bucket_batches: int
    max_types: int
    in_batch_ratio: int
    near_count: int
    seed: int


def epoch_order(lengths: Sequence[int], batch_size: int, bucket_batches: int, seed: int, epoch: int) -> list[list[int]]:
    """The rows' numbers, in batches. Every row once.

    All rows are shuffled; each run of `bucket_batches` batches is sorted by length and cut into batches; all batches are shuffled."""
    rng = random.Random(stable_seed("order", seed, epoch))
    order = list(range(len(lengths)))
    rng.shuffle(order)
    if bucket_batches > 1:
        pool = batch_size * bucket_batches
        pools = [sorted(order[start : start + pool], key=lambda row: lengths[row]) for start in range(0, len(order), pool)]
        order = [row for one in pools for row in one]
    batches = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    if bucket_batches > 1:
        rng.shuffle(batches)
    return batches


class EpochBatches:
    """Collated batches, the next one made in a thread while the model computes on this one."""

    def __init__(self, model: Any, rows: Sequence[GlinerRow], near: Mapping[str, Sequence[str]], params: BatchParams) -> None:
        self._model = model
        self._rows = rows
        self._near = near
        self._params = params
        self._lengths = [len(row["tokenized_text"]) for row in rows]

    def __len__(self) -> int:
        return math.ceil(len(self._rows) / self._params.batch_size)

    def of_epoch(self, epoch: int, skip: int) -> Iterator[Inputs | None]:
        """The epoch's batches; None in place of the first `skip`, which an earlier run has seen."""
        params = self._params
        order = epoch_order(self._lengths, params.batch_size, params.bucket_batches, params.seed, epoch)
        for _ in range(skip):
            yield None
        with ThreadPoolExecutor(max_workers=1) as thread:
            following = None
            for number in range(skip, len(order)):
                batch = following or thread.submit(self.batch, epoch, number, order[number])
                following = thread.submit(self.batch, epoch, number + 1, order[number + 1]) if number + 1 < len(order) else None
                yield batch.result()

    def batch(self, epoch: int, number: int, members: Sequence[int]) -> Inputs:
        """One batch, with its rows under `ROWS`. Its draws depend on seed, epoch and number alone."""
        params = self._params
        rows = [self._rows[member] for member in members]
        rng = random.Random(stable_seed("types", params.seed, epoch, number))
        types = shown_types(rows, rng, params.max_types, params.in_batch_ratio, self._near, params.near_count)
        shown = [{**row, "ner_labels": names} for row, names in zip(rows, types, strict=True)]
        return {ROWS: shown, **collate(self._model, rows, types)}
