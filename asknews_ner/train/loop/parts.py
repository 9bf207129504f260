"""A batch in parts: gradients of the parts are summed, so that the step is the whole batch's.

Parts are made where a batch does not fit in memory, and where texts of like length are read together, so that little is padded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from asknews_ner.train.gliner.collate import Inputs
from asknews_ner.train.loop.faults import is_out_of_memory


class RowDoesNotFitError(RuntimeError):
    """Not even one row of a batch fits in memory."""


@dataclass(frozen=True, slots=True)
class PartParams:
    """`rows_at_once`: most rows of a part, None for all. `part_tokens`: padded tokens that a further part must save to be made; None: parts
    are made of rows as they stand, and only where `rows_at_once` asks for them."""

    rows_at_once: int | None
    part_tokens: int | None


def parts(lengths: Sequence[int], most_rows: int, part_tokens: int | None) -> list[list[int]]:
    """Which rows to read together; every row once. `lengths`: tokens of each row.

    With `part_tokens` the rows are sorted by length and cut so that tokens, padding included, and `part_tokens` a part are fewest."""
    if part_tokens is None:
        return [list(range(first, min(first + most_rows, len(lengths)))) for first in range(0, len(lengths), most_rows)]
    order = sorted(range(len(lengths)), key=lambda row: lengths[row])
    cheapest = [(0, 0)]  # for the first n rows: (their cost, where their last part begins)
    for end in range(1, len(order) + 1):
        longest = lengths[order[end - 1]]
        starts = range(max(0, end - most_rows), end)
        cheapest.append(min((cheapest[start][0] + longest * (end - start) + part_tokens, start) for start in starts))
    found, end = [], len(order)
    while end:
        start = cheapest[end][1]
        found.append(order[start:end])
        end = start
    return found[::-1]


def part_of(inputs: Inputs, members: Sequence[int]) -> Inputs:
    """Some rows of a collated batch, without the padding that only longer rows needed.

    Loss and gradient do not depend on the padding: gliner masks padded tokens, words, spans and types."""
    import torch

    rows = len(inputs["labels"])
    if list(members) == list(range(rows)):
        return inputs
    part: Inputs = {}
    for key, value in inputs.items():
        if isinstance(value, torch.Tensor) and len(value) == rows:
            part[key] = value[list(members)]
        elif isinstance(value, list) and len(value) == rows:
            part[key] = [value[member] for member in members]
        else:
            part[key] = value
    read = part["attention_mask"].any(dim=0).nonzero()
    tokens = int(read.max()) + 1 if len(read) else 1
    for key in ("input_ids", "attention_mask", "token_type_ids", "words_mask"):
        if key in part:
            part[key] = part[key][:, :tokens].contiguous()
    if "span_mask" in part and "word_lengths" in part:
        spans = part["span_mask"].shape[1] // max(inputs["word_lengths"]) * max(part["word_lengths"])
        for key in ("span_idx", "span_mask", "labels"):
            part[key] = part[key][:, :spans].contiguous()  # gliner's loss looks at them as one row
    return part


def backward_in_parts(
    inputs: Inputs,
    params: PartParams,
    loss_and_backward: Callable[[Inputs], Any],
    forget_gradients: Callable[[], None],
) -> tuple[Any, int]:
    """(summed loss, how often the parts were halved). `loss_and_backward` adds a part's gradients to those that are there.

    The loss is a sum over rows, so the parts' gradients add up to the whole batch's. A part that does not fit in memory makes the whole
    batch begin again in parts of half the size. Raises RowDoesNotFitError when a part of one row does not fit."""
    lengths = inputs["attention_mask"].sum(dim=1).tolist()
    most = min(params.rows_at_once or len(lengths), len(lengths))
    halved = 0
    while True:
        cut = parts(lengths, most, params.part_tokens)
        try:
            losses = [loss_and_backward(part_of(inputs, members)) for members in cut]
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            if most == 1:
                raise RowDoesNotFitError(str(error)) from error
        else:
            return sum(losses), halved
        # Outside the except clause, so that the failed pass's tensors are no longer held by the error's traceback.
        forget_gradients()
        most = -(-max(len(members) for members in cut) // 2)
        halved += 1
