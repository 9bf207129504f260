"""GLiNER's span scores by other arithmetic: the same numbers up to rounding, for a fraction of the multiplications.

gliner represents a span as W2·dropout(relu(W1·[relu(start); relu(end)] + b1)) + b2 and takes its product with each type's vector. Here
W1 is split into the part for the start and the part for the end and applied once to each word instead of to each of its `max_width`
spans, and W2 is applied to the types instead of to the spans. A span then costs 4·hidden additions and 4·hidden·types multiplications
instead of 12·hidden². Dropout stands where it stood. Used while training: outside, a model is gliner's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any


def can_be_factored(inner: Any) -> bool:
    """Whether a model is of the kind whose arithmetic this is: all published uni-encoder span models (`markerV0`).

    Subclasses (relations, generated labels, streaming) score otherwise, and an encoder over the words stands before the head."""
    from gliner.modeling.base import UniEncoderSpanModel
    from gliner.modeling.context_encoders import IdentityContextEncoder
    from gliner.modeling.span_rep import SpanMarkerV0

    return (
        type(inner) is UniEncoderSpanModel
        and isinstance(inner.span_rep_layer.span_rep_layer, SpanMarkerV0)
        and isinstance(inner.span_rep_layer.context_encoder, IdentityContextEncoder)
    )


@contextmanager
def factored_head(model: Any) -> Iterator[bool]:
    """While it lasts, a GLiNER computes its span scores in factors; False and no change for other kinds of models."""
    inner = model.model
    if not can_be_factored(inner):
        yield False
        return
    inner.forward = partial(_forward, inner)
    try:
        yield True
    finally:
        del inner.forward


def _forward(
    inner: Any,
    *,
    input_ids: Any,
    attention_mask: Any,
    words_mask: Any,
    text_lengths: Any,
    span_idx: Any,
    span_mask: Any,
    labels: Any = None,
    **kwargs: Any,
) -> Any:
    """As `UniEncoderSpanModel.forward`: logits [texts, words, widths, types], and the loss where there are labels."""
    from gliner.modeling.outputs import GLiNERBaseOutput

    reading = {key: kwargs[key] for key in ("packing_config", "pair_attention_mask", "token_lengths", "word_lengths") if key in kwargs}
    read = inner.get_representations(input_ids, attention_mask, text_lengths, words_mask, **reading)
    words, mask = inner._fit_length(read.words_embedding, read.mask, span_idx.size(1) // inner.config.max_width)
    count = max(read.prompts_embedding.size(1), 0 if labels is None else labels.size(-1))
    prompts, prompts_mask = inner._fit_length(read.prompts_embedding, read.prompts_embedding_mask, count)
    head = inner.span_rep_layer.span_rep_layer
    spans = span_features(head, words)  # before the types, as gliner: so dropout draws the same masks
    scores = span_scores(head, spans, inner.prompt_rep_layer(prompts))
    loss = None if labels is None else inner.loss(scores, labels, prompts_mask, span_mask, **kwargs)
    return GLiNERBaseOutput(
        logits=scores,
        loss=loss,
        prompts_embedding=prompts,
        prompts_embedding_mask=prompts_mask,
        words_embedding=words,
        mask=mask,
    )


def halves(head: Any, words: Any) -> tuple[Any, Any]:
    """W1 applied to each word as a span's start and as its end: two of [texts, words, 4·hidden] from words [texts, words, hidden]."""
    from torch.nn import functional

    first, hidden = head.out_project[0], words.size(-1)
    starts = functional.linear(head.project_start(words).relu(), first.weight[:, :hidden], first.bias)
    return starts, functional.linear(head.project_end(words).relu(), first.weight[:, hidden:])


def span_features(head: Any, words: Any) -> Any:
    """What stands before W2, for each span: [texts, words, widths, 4·hidden] from words [texts, words, hidden].

    Spans that reach beyond the last word get features as well, which the span mask must hide, as it does gliner's."""
    from torch.nn import functional

    starts, ends = halves(head, words)
    # [texts, words, widths, 4·hidden]: at [word, width] the end that stands `width` words behind; a view, no copy.
    windows = functional.pad(ends, (0, 0, 0, head.max_width - 1)).unfold(1, head.max_width, 1).transpose(2, 3)
    return head.out_project[2]((starts.unsqueeze(2) + windows).relu())


def span_scores(head: Any, spans: Any, prompts: Any) -> Any:
    """Scores [texts, words, widths, types] of span features and types [texts, types, hidden]."""
    second = head.out_project[3]
    weights, bias = prompts @ second.weight, prompts @ second.bias
    texts, length, width, size = spans.shape
    scores = spans.reshape(texts, length * width, size) @ weights.transpose(1, 2) + bias.unsqueeze(1)
    return scores.view(texts, length, width, -1)
