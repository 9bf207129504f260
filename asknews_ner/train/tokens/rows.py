"""Rows with spans → what a token classifier learns: one BIO class for the first piece of each word."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from asknews_ner.dataset.bio import OUTSIDE, bio, type_of
from asknews_ner.records import NerSpan
from asknews_ner.train.rows import GlinerRow

IGNORED = -100
"""Class of pieces that are no beginning of a word: the loss leaves them out."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What a token classifier cannot learn: spans inside or across others, and what stands behind the pieces that it reads."""

    texts: int = 0
    spans: int = 0
    overlapping_spans: int = 0
    cut_texts: int = 0
    cut_spans: int = 0

    def __add__(self, other: "Lost") -> "Lost":
        return Lost(
            self.texts + other.texts,
            self.spans + other.spans,
            self.overlapping_spans + other.overlapping_spans,
            self.cut_texts + other.cut_texts,
            self.cut_spans + other.cut_spans,
        )


@dataclass(frozen=True, slots=True)
class Encoded:
    """One row: pieces and the class of each; `words`: how many words have their first piece inside."""

    input_ids: list[int]
    labels: list[int]
    words: int


def classes_of(types: Sequence[str]) -> list[str]:
    """Class names: `O`, then `B-` and `I-` of each type, sorted, so that the same types give the same numbers."""
    return [OUTSIDE, *(f"{prefix}-{name}" for name in sorted(set(types)) for prefix in "BI")]


def types_of_classes(classes: Sequence[str]) -> list[str]:
    """Types of class names, sorted."""
    return sorted({type_of(name) for name in classes if type_of(name)})


def flat_spans(row: GlinerRow) -> tuple[list[NerSpan], int]:
    """(spans that do not overlap, number left out): of overlapping spans the widest stays, of equally wide ones the first.

    BIO holds one type for each word; the outermost name keeps most words in the right place."""
    kept: list[NerSpan] = []
    taken: set[int] = set()
    for start, end, label in sorted({tuple(span) for span in row["ner"]}, key=lambda span: (span[0] - span[1], span[0], span[2])):
        words = range(start, end + 1)
        if taken.isdisjoint(words):
            kept.append(NerSpan(start, end, label))
            taken.update(words)
    return sorted(kept, key=lambda span: span.start), len({tuple(span) for span in row["ner"]}) - len(kept)


def encode(rows: Sequence[GlinerRow], tokenizer: Any, classes: Sequence[str], max_pieces: int) -> tuple[list[Encoded], Lost]:
    """(rows as pieces with classes, what was lost). Pieces behind `max_pieces` are cut and counted.

    A word without pieces (a control character) has no class to learn. Raises KeyError for a type that has no class."""
    number = {name: index for index, name in enumerate(classes)}
    encoded: list[Encoded] = []
    lost = Lost()
    for row in rows:
        spans, overlapping = flat_spans(row)
        tags = bio(len(row["tokenized_text"]), spans)
        pieces = tokenizer(row["tokenized_text"], is_split_into_words=True, truncation=True, max_length=max_pieces, verbose=False)
        word_ids = pieces.word_ids()
        first = [word is not None and word != before for before, word in zip([None, *word_ids], word_ids, strict=False)]
        labels = [number[tags[word]] if begins else IGNORED for begins, word in zip(first, word_ids, strict=True)]
        read = 1 + max((word for word in word_ids if word is not None), default=-1)
        cut_spans = sum(span.end >= read for span in spans) if is_cut(pieces) else 0
        encoded.append(Encoded(pieces["input_ids"], labels, read))
        lost += Lost(1, len(spans) + overlapping, overlapping, int(is_cut(pieces)), cut_spans)
    return encoded, lost


def is_cut(pieces: Any) -> bool:
    """Whether the tokenizer left pieces out."""
    return bool(pieces.encodings[0].overflowing)
