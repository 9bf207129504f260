"""GLiNER's LSTM over words, on a CPU, from padded texts instead of packed ones: the same numbers up to rounding.

PyTorch computes an LSTM over a packed batch on a CPU word by word, in small products; over a padded one oneDNN computes it as a whole,
two to three times as fast. What stands after a text's end cannot reach its words: the second direction reads each text turned round, so
that its padding stands at the end there, too. In float32 in any case: oneDNN's float32 is faster than PyTorch's steps in bfloat16."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

_WEIGHTS = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")


@contextmanager
def padded_lstm(model: Any) -> Iterator[bool]:
    """While it lasts, a GLiNER on a CPU reads its words so; False and no change for other LSTMs, or without one."""
    from gliner.modeling.layers import LstmSeq2SeqEncoder

    encoder: Any = getattr(model.model, "rnn", None)
    if type(encoder) is not LstmSeq2SeqEncoder or not _fits(encoder.lstm):
        yield False
        return
    encoder.forward = partial(_forward, encoder)
    try:
        yield True
    finally:
        del encoder.forward


def _fits(lstm: Any) -> bool:
    import torch

    weight = next(lstm.parameters())
    here = weight.is_cpu and weight.dtype is torch.float32
    return bool(here and lstm.num_layers == 1 and lstm.bidirectional and lstm.batch_first and lstm.bias and lstm.proj_size == 0)


def _forward(encoder: Any, words: Any, mask: Any, hidden: Any = None, lengths: Any = None) -> Any:
    """As `LstmSeq2SeqEncoder.forward`: words [texts, words, hidden] → [texts, longest text, hidden], zeros after each text's end."""
    import torch

    if hidden is not None or not words.is_cpu:
        return type(encoder).forward(encoder, words, mask, hidden, lengths)
    ends = (mask.sum(dim=1) if lengths is None else torch.as_tensor(lengths)).unsqueeze(1)
    words = words[:, : int(ends.max())]
    places = torch.arange(words.size(1)).unsqueeze(0)
    inside = places < ends
    turned = torch.where(inside, ends - 1 - places, places).unsqueeze(-1)
    with torch.autocast("cpu", enabled=False):
        words = words.float()
        onward = _one_way(encoder.lstm, "", words)
        back = _one_way(encoder.lstm, "_reverse", words.gather(1, turned.expand_as(words)))
        both = torch.cat([onward, back.gather(1, turned.expand_as(back))], dim=-1)
    return both * inside.unsqueeze(-1)


def _one_way(lstm: Any, direction: str, words: Any) -> Any:
    import torch

    weights = [getattr(lstm, f"{name}{direction}") for name in _WEIGHTS]
    start = words.new_zeros(1, words.size(0), lstm.hidden_size)
    return torch.lstm(words, (start, start), weights, True, 1, 0.0, lstm.training, False, True)[0]
