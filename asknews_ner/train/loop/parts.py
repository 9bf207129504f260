"""A batch in parts: gradients of the parts are summed, so that the step is the whole batch's, whatever fits in memory."""

from collections.abc import Callable
from typing import Any

from asknews_ner.train.gliner.collate import Inputs
from asknews_ner.train.loop.faults import is_out_of_memory


class RowDoesNotFitError(RuntimeError):
    """Not even one row of a batch fits in memory."""


def part_of(inputs: Inputs, first: int, last: int) -> Inputs:
    """Rows `first` up to, not with, `last` of a collated batch, without the padding that only longer rows needed.

    Loss and gradient do not depend on the padding: gliner masks padded tokens, words, spans and types."""
    import torch

    rows = len(inputs["labels"])
    if first == 0 and last >= rows:
        return inputs
    part: Inputs = {
        key: value[first:last] if isinstance(value, torch.Tensor | list) and len(value) == rows else value for key, value in inputs.items()
    }
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
    rows_at_once: int | None,
    loss_and_backward: Callable[[Inputs], Any],
    forget_gradients: Callable[[], None],
) -> tuple[Any, int]:
    """(summed loss, how often the parts were halved). `loss_and_backward` adds a part's gradients to those that are there.

    The loss is a sum over rows, so the parts' gradients add up to the whole batch's. A part that does not fit in memory makes the whole
    batch begin again in parts of half the size. Raises RowDoesNotFitError when a part of one row does not fit."""
    count = len(inputs["labels"])
    size = min(rows_at_once or count, count)
    halved = 0
    while True:
        try:
            losses = [loss_and_backward(part_of(inputs, first, first + size)) for first in range(0, count, size)]
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            if size == 1:
                raise RowDoesNotFitError(str(error)) from error
        else:
            return sum(losses), halved
        # Outside the except clause, so that the failed pass's tensors are no longer held by the error's traceback.
        forget_gradients()
        size = -(-size // 2)
        halved += 1
