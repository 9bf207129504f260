"""Scores of all spans of a batch by GLiNER's own weights, with less arithmetic.

GLiNER's span head (`markerV0`, all v2.1 models) is a network of two layers over the two ends of every span, then a product with each
type's vector: 12 D² + C D products a span, for D hidden units and C types. Its first layer is linear in the two ends, so that it can be
computed once a word, and its second layer is linear, so that it can be applied to the types instead: 4 C D products a span remain.
Nothing is left out or approximated; the scores differ by the rounding of sums in another order (benchmarks/evaluation_speed.py)."""

from collections.abc import Sequence
from typing import Any

from asknews_ner.train.gliner.span_head import can_be_factored, halves

NO_WORD = "[PAD]"  # what GLiNER's processor reads in place of a sentence without words


def can_score(model: Any) -> bool:
    """Whether the model is of the kind that `span_logits` knows; prompts that were computed beforehand have no tokens."""
    return can_be_factored(model.model) and not getattr(model.config, "precomputed_prompts_mode", False)


def encode(model: Any, words: Sequence[Sequence[str]], types: Sequence[str]) -> tuple[Any, Any]:
    """(type vectors [batch, types, hidden], word vectors [batch, words, hidden]) of sentences of at most `max_len` words."""
    import torch

    processor, core = model.data_processor, model.model
    inputs = processor.tokenize_inputs(words, {name: place for place, name in enumerate(types, start=1)})
    lengths = [len(sentence) for sentence in words]
    device = model.device
    found = core.get_representations(
        inputs["input_ids"].to(device),
        inputs["attention_mask"].to(device),
        torch.tensor(lengths, device=device).unsqueeze(-1),
        inputs["words_mask"].to(device),
        word_lengths=lengths,
    )
    return core.prompt_rep_layer(found.prompts_embedding), found.words_embedding


def span_logits(model: Any, type_vectors: Any, word_vectors: Any) -> Any:
    """float32 [batch, words, width, types]: logits of the spans that begin at each word; -inf past the batch's longest sentence."""
    import torch

    marker = model.model.span_rep_layer.span_rep_layer
    last = marker.out_project[-1]
    starts, ends = halves(marker, word_vectors)
    turned = (type_vectors @ last.weight).transpose(1, 2)
    constant = (type_vectors @ last.bias).unsqueeze(1)
    batch, words, types = word_vectors.shape[0], word_vectors.shape[1], type_vectors.shape[1]
    logits = torch.full((batch, words, marker.max_width, types), float("-inf"), device=word_vectors.device)
    for width in range(min(marker.max_width, words)):
        spans = (starts[:, : words - width] + ends[:, width:]).relu_()
        logits[:, : words - width, width] = (spans @ turned + constant).float()
    return logits
