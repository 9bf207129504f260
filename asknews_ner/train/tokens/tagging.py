"""A token classifier over given words: a class and its probability for each word, and the spans that the classes mean."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asknews_ner.annotate.annotator import Progress
from asknews_ner.dataset.bio import OUTSIDE, spans
from asknews_ner.train.tokens.model import TokenClassifier


@dataclass(frozen=True, slots=True)
class Tagged:
    """One class for each word, and its probability. Words that were not read are `O` with probability 0; `read`: how many were."""

    tags: list[str]
    probabilities: list[float]
    read: int


@dataclass(frozen=True, slots=True)
class TaggedSpan:
    """First word, last word (inclusive), type; `score`: the least probability of its words' classes."""

    start: int
    end: int
    label: str
    score: float


def tag(one: TokenClassifier, rows: Sequence[Sequence[str]], batch_size: int, progress: Progress) -> list[Tagged]:
    """The likeliest class of each word's first piece, in batches sorted by length, in the rows' order."""
    import torch

    one.model.eval()
    tagged = [Tagged([], [], 0) for _ in rows]
    order = sorted((index for index, row in enumerate(rows) if row), key=lambda index: -len(rows[index]))
    for start in range(0, len(order), batch_size):
        part = order[start : start + batch_size]
        pieces = one.tokenizer(
            [list(rows[index]) for index in part],
            is_split_into_words=True,
            truncation=True,
            max_length=one.max_pieces,
            padding=True,
            return_tensors="pt",
            verbose=False,
        )
        with torch.inference_mode():
            logits = one.model(**{name: value.to(one.model.device) for name, value in pieces.items()}).logits
        probabilities = torch.softmax(logits.float(), dim=-1).cpu().numpy()
        for place, index in enumerate(part):
            tagged[index] = _of_words(pieces.word_ids(place), probabilities[place], len(rows[index]), one.classes)
        progress(len(part))
    return tagged


def spans_of(tagged: Tagged) -> list[TaggedSpan]:
    """Spans that the tags mean. An `I-` that continues no span of its own type begins one, as in seqeval and the CoNLL scorer."""
    return [TaggedSpan(start, end - 1, label, min(tagged.probabilities[start:end])) for start, end, label in spans(tagged.tags)]


def _of_words(word_ids: list[int | None], probabilities: NDArray[np.float32], words: int, classes: Sequence[str]) -> Tagged:
    tags, scores, read = [OUTSIDE] * words, [0.0] * words, 0
    before: int | None = None
    for piece, word in enumerate(word_ids):
        if word is not None and word != before:
            best = int(probabilities[piece].argmax())
            tags[word], scores[word], read = classes[best], float(probabilities[piece][best]), read + 1
        before = word
    return Tagged(tags, scores, read)
