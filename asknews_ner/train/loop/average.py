"""An exponential moving average of the weights that are trained."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class WeightAverage:
    """The average beside the weights. After step n it takes 1 - min(decay, (1 + n) / (10 + n)) of the weights: early ones fade fast."""

    def __init__(self, model: Any, decay: float) -> None:
        self._decay = decay
        self._weights = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
        self._average = {name: weight.detach().clone() for name, weight in self._weights.items()}

    def update(self, step: int) -> None:
        """Take in the weights after step `step`, counted from 1."""
        import torch

        taken = 1 - min(self._decay, (1 + step) / (10 + step))
        with torch.no_grad():
            torch._foreach_lerp_(list(self._average.values()), [weight.detach() for weight in self._weights.values()], taken)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The model has the average as its weights; its own come back on leaving."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    def _swap(self) -> None:
        import torch

        with torch.no_grad():
            for name, weight in self._weights.items():  # copied, not exchanged: cuDNN's LSTM holds its weights in one piece
                own = weight.clone()
                weight.copy_(self._average[name])
                self._average[name].copy_(own)

    def give(self) -> None:
        """The model keeps the average as its weights."""
        self._swap()

    def save(self, file: Path) -> None:
        """As safetensors."""
        from safetensors.torch import save_file

        save_file({name: value.contiguous() for name, value in self._average.items()}, str(file))

    def load(self, file: Path) -> None:
        """What `save` wrote. Raises KeyError where a weight is missing."""
        from safetensors.torch import load_file

        saved = load_file(str(file))
        for name, value in self._average.items():
            value.copy_(saved[name])
