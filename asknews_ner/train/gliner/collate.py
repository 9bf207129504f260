"""Rows with given types → the tensors that a GLiNER model trains on, the same as gliner's own collator makes.

gliner looks up every span of every text in a dictionary, twice; here the spans of a batch are counted out by arithmetic."""

from collections.abc import Sequence
from typing import Any

from asknews_ner.train.rows import GlinerRow

Inputs = dict[str, Any]
"""The keyword arguments of a GLiNER model's forward pass: tensors [texts, …] and lists of a length for each text."""


def collate(model: Any, rows: Sequence[GlinerRow], types: Sequence[Sequence[str]]) -> Inputs:
    """Inputs and labels of a batch. `types`: for each row the types it is shown, in the prompt's order; nothing is drawn here."""
    from gliner.data_processing.processor import UniEncoderSpanProcessor

    to_ids = [{name: number for number, name in enumerate(shown, start=1)} for shown in types]
    if type(model.data_processor) is UniEncoderSpanProcessor:
        return _span_inputs(model, rows, to_ids)
    to_names = [{number: name for name, number in ids.items()} for ids in to_ids]
    inputs: Inputs = model._create_data_collator()(list(rows), class_to_ids=to_ids, id_to_classes=to_names)
    return inputs


def _span_inputs(model: Any, rows: Sequence[GlinerRow], to_ids: Sequence[dict[str, int]]) -> Inputs:
    import torch

    width, words = model.config.max_width, model.config.max_len
    tokens = [list(row["tokenized_text"][:words]) or ["[PAD]"] for row in rows]  # gliner's stand-in for an empty text
    lengths = [len(text) for text in tokens]
    longest = max(lengths)
    inputs: Inputs = dict(model.data_processor.tokenize_inputs(tokens, list(to_ids)))
    starts = torch.arange(longest).repeat_interleave(width)
    ends = starts + torch.arange(width).repeat(longest)
    text_lengths = torch.tensor(lengths).unsqueeze(-1)
    span_mask = ends.unsqueeze(0) < text_lengths
    labels = torch.zeros(len(rows), longest * width, max(len(ids) for ids in to_ids))
    for number, (row, ids, length) in enumerate(zip(rows, to_ids, lengths, strict=True)):
        for first, last, name in row["ner"]:
            if name in ids and 0 <= first <= last < length and last - first < width:
                labels[number, first * width + last - first, ids[name] - 1] = 1.0
    spans = torch.stack([starts, ends], dim=-1)
    inputs |= {
        "span_idx": spans.unsqueeze(0) * span_mask.unsqueeze(-1),
        "span_mask": span_mask,
        "text_lengths": text_lengths,
        "labels": labels,
        "token_lengths": inputs["attention_mask"].sum(dim=-1).tolist(),
        "word_lengths": lengths,
    }
    return inputs
