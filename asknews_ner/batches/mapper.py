"""The seam at which a stage hands out its rows: batches in, one table for each batch out, in the batches' order.

Batches are formed before anybody gets one, so that the result does not depend on who works: a float's last bits depend on the batch
that a text was computed in, and on nothing else that differs between workers of one kind."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, TypeVar

import pyarrow as pa

Given = TypeVar("Given")


class BatchError(RuntimeError):
    """Batches cannot be handed out, or one cannot be worked on; the message says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that are worked on together. `key` names them in messages; it is made of what the rows are, never of who works on them."""

    key: str
    rows: pa.Table


class Work(Protocol):
    """What is done to a batch: a frozen dataclass of a module, because it travels to other machines by its class's name and its fields.

    What is dear to load (a model) is no field; it is loaded where it is used and kept there for the batches that follow. The same rows
    give the same table, on whatever machine and however often: a batch whose worker died is done again."""

    @property
    def on_gpu(self) -> bool:
        """Whether it runs faster on a GPU."""
        ...

    def __call__(self, rows: pa.Table, /) -> pa.Table:
        """The batch's result."""
        ...


class Mapper(Protocol):
    """Who works on batches."""

    def map(self, work: Work, batches: Iterable[Batch]) -> Iterator[pa.Table]:
        """The result of each batch, in the batches' order. Takes a few batches ahead of the result that it gives.

        Raises what the work raises, and BatchError where a batch cannot be worked on."""
        ...


@dataclass(frozen=True, slots=True)
class InProcess:
    """One batch after another, here."""

    def map(self, work: Work, batches: Iterable[Batch]) -> Iterator[pa.Table]:
        """As `Mapper` says; a batch is taken when the result before it was used."""
        for batch in batches:
            yield work(batch.rows)


HERE = InProcess()
"""What a stage does without a cluster."""


def batches_of(rows: pa.Table, size: int, name: str) -> Iterator[Batch]:
    """`size` rows at a time, in their order; the last batch has what is left. `name`: what they are, for messages."""
    for start in range(0, rows.num_rows, size):
        part = rows.slice(start, size)
        yield Batch(f"{name}, rows {start} to {start + part.num_rows - 1}", part)


def in_groups(given: Iterable[Given], size: int) -> Iterator[tuple[Given, ...]]:
    """`size` things at a time, in their order, none taken before it is due; the last group has what is left."""
    rest = iter(given)
    while group := tuple(islice(rest, size)):
        yield group
