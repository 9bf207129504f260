"""Spans as one tag a word, in the form of releases that is not BIO."""

from collections.abc import Sequence

from asknews_ner.dataset.bio import bio
from asknews_ner.records import ReleasedSpan


def bilou(words: int, spans: Sequence[ReleasedSpan]) -> list[str]:
    """As `bio`, with `L-type` for the last word of a span and `U-type` for a span of one word."""
    tags = bio(words, spans)
    for span in spans:
        tags[span.end] = f"{'U' if span.start == span.end else 'L'}-{span.label}"
    return tags
