"""Annotators' labels against people's, span by span: what was taken for what, and where only the ends differ.

Each span has at most one counterpart. Those with the same words are matched first, then overlapping ones, those that share most words
first (of equal ones the one with the same type, then the first)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from asknews_ner.dataset.review.compare import Reviewed
from asknews_ner.records import NerSpan

SAME, TYPE, ENDS, BOTH, MISSED, EXTRA = "same", "type", "ends", "type and ends", "missed", "extra"
KINDS = (SAME, TYPE, ENDS, BOTH, MISSED, EXTRA)


@dataclass(frozen=True, slots=True)
class TypeConfusion:
    """How often an annotator gave one type where people gave another."""

    annotator: Annotated[str, "who labelled; with a panel also its vote"]
    human: Annotated[str, "type by the people; empty where they marked nothing"]
    marked: Annotated[str, "type by the annotator; empty where it marked nothing"]
    kind: Annotated[
        str,
        "`same` words and type, another `type` on the same words, other `ends` of the same type, `type and ends`, `missed` or `extra`",
    ]
    spans: Annotated[int, "how often"]


def type_confusions(reviewed: Sequence[Reviewed]) -> list[TypeConfusion]:
    """Counts of each annotator over all reviewed texts that were not dropped, sorted."""
    found: Counter[tuple[str, str, str, str]] = Counter()
    for one in reviewed:
        if not one.gold.dropped:
            for name, aligned in one.text.by_annotator.items():
                found.update((name, *pair) for pair in matched(one.gold.spans, aligned.spans))
    return [TypeConfusion(*key, count) for key, count in sorted(found.items())]


def matched(human: Sequence[NerSpan], marked: Sequence[NerSpan]) -> list[tuple[str, str, str]]:
    """(people's type, annotator's type, kind) of every span of either."""
    left, right = sorted(human, key=_place), sorted(marked, key=_place)
    pairs = sorted(((a, b) for a in left for b in right if _shared(a, b)), key=_order)
    found: list[tuple[str, str, str]] = []
    for ours, theirs in pairs:
        if ours in left and theirs in right:
            left.remove(ours)
            right.remove(theirs)
            found.append((ours.label, theirs.label, _kind(ours, theirs)))
    return [*found, *((one.label, "", MISSED) for one in left), *(("", one.label, EXTRA) for one in right)]


def _order(pair: tuple[NerSpan, NerSpan]) -> tuple[bool, int, bool, tuple[int, int, str], tuple[int, int, str]]:
    one, other = pair
    return _ends(one) != _ends(other), -_shared(one, other), one.label != other.label, _place(one), _place(other)


def _kind(one: NerSpan, other: NerSpan) -> str:
    if one.label == other.label:
        return SAME if _ends(one) == _ends(other) else ENDS
    return TYPE if _ends(one) == _ends(other) else BOTH


def _ends(span: NerSpan) -> tuple[int, int]:
    return span.start, span.end


def _place(span: NerSpan) -> tuple[int, int, str]:
    return span.start, span.end, span.label


def _shared(one: NerSpan, other: NerSpan) -> int:
    """Words of both."""
    return max(min(one.end, other.end) - max(one.start, other.start) + 1, 0)
