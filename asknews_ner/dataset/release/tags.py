"""Spans as one tag a word."""

from collections.abc import Sequence

from asknews_ner.records import ReleasedSpan


def bio(words: int, spans: Sequence[ReleasedSpan]) -> list[str]:
    """`B-type` begins a span, `I-type` goes on with it, `O` is outside. Spans do not overlap."""
    tags = ["O"] * words
    for span in spans:
        tags[span.start : span.end + 1] = [f"B-{span.label}"] + [f"I-{span.label}"] * (span.end - span.start)
    return tags


def bilou(words: int, spans: Sequence[ReleasedSpan]) -> list[str]:
    """As `bio`, with `L-type` for the last word of a span and `U-type` for a span of one word."""
    tags = bio(words, spans)
    for span in spans:
        tags[span.end] = f"{'U' if span.start == span.end else 'L'}-{span.label}"
    return tags
