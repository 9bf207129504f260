"""Dropout on a CPU from 16 random bits an element: PyTorch draws a whole double for each, which takes longer than many layers.

The chance of an element to fall out is the layer's, rounded to 1/65536."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any


@contextmanager
def short_dropout(model: Any) -> Iterator[int]:
    """While it lasts, the model's dropout layers draw short; yields their number. Values on a GPU, which draws fast, are
    dropped by PyTorch."""
    from torch import nn

    layers: list[Any] = [layer for layer in model.modules() if type(layer) is nn.Dropout and not layer.inplace]
    for layer in layers:
        layer.forward = partial(_forward, layer)
    try:
        yield len(layers)
    finally:
        for layer in layers:
            del layer.forward


def _forward(layer: Any, values: Any) -> Any:
    from torch.nn import functional

    if values.is_cpu and layer.training and layer.p > 0:
        return dropped(values, layer.p)
    return functional.dropout(values, layer.p, layer.training)


def dropped(values: Any, share: float) -> Any:
    """`values`, of which about a `share` is 0 and the others are divided by 1 - share; drawn from PyTorch's own generator."""
    import torch

    count = values.numel()
    draws = torch.empty((count + 3) // 4, dtype=torch.int64).random_(-(2**63), None)
    bits = draws.view(torch.int16)[:count].view(values.shape)
    kept = (bits >= round(share * 65536) - 32768).to(values.dtype)
    return values * kept.mul_(1 / (1 - share))
