"""Bags of words, for telling how much two texts of a page have in common."""

import re
from collections import Counter

# Scripts without blanks between words are counted by character.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


def word_bag(text: str) -> Counter[str]:
    """How often each case-folded word occurs."""
    return Counter(_WORD.findall(text.casefold()))


def precision_recall_f1(found: Counter[str], wanted: Counter[str]) -> tuple[float, float, float]:
    """(precision, recall, F1) of one bag of words against another; all 0 if either is empty."""
    common = (found & wanted).total()
    if not common:
        return 0.0, 0.0, 0.0
    precision, recall = common / found.total(), common / wanted.total()
    return precision, recall, 2 * precision * recall / (precision + recall)
