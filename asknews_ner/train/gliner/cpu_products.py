"""Matrix products of a model on a CPU through oneDNN.

PyTorch gives float32 products of `nn.Linear` to MKL, which leaves AVX-512 unused on processors that are not Intel's: on an AMD EPYC it
reaches 105 GFLOP/s a core where oneDNN, which PyTorch carries too and uses for bfloat16, reaches 230. The products are the same up to
the order of their sums. Measured in benchmarks/evaluation_speed.py."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def onednn_products(module: Any) -> Iterator[None]:
    """Within, the module's linear layers compute through oneDNN: on a CPU, in float32, without gradients; else nothing changes."""
    import torch

    layers = [layer for layer in module.modules() if type(layer) is torch.nn.Linear and _fits(layer.weight)]
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        layers = []
    for layer in layers:
        layer.forward = _product_of(layer)  # type: ignore[method-assign]
    try:
        yield
    finally:
        for layer in layers:
            del layer.forward  # the class's own comes back


def _fits(weight: Any) -> bool:
    import torch

    return weight.device.type == "cpu" and weight.dtype is torch.float32


def _product_of(layer: Any) -> Any:
    import torch

    # The operator that PyTorch's own compiler emits for a linear layer on a CPU; it takes and gives ordinary tensors.
    weight, bias = torch.ops.mkldnn._reorder_linear_weight(layer.weight.detach(), None), layer.bias

    def forward(inputs: Any) -> Any:
        return torch.ops.mkldnn._linear_pointwise(inputs, weight, bias, "none", [], "")

    return forward
