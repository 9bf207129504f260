"""Several annotators of one text: what most of them say stays, what some say is kept aside, and how far they agree is measured."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from asknews_ner.dataset.align import Aligned
from asknews_ner.records import Agreement, NerSpan

ALL = "all"
_OUTSIDE = "O"


@dataclass(frozen=True, slots=True)
class Vote:
    """A span, who marked it with this type, and whether it stays."""

    span: NerSpan
    voters: tuple[str, ...]
    kept: bool


def vote(marked: Mapping[str, Sequence[NerSpan]], share: float) -> list[Vote]:
    """All spans that anybody marked, in the order of the text. `marked`: spans by annotator, over the same words.

    A span stays when more than `share` of the annotators marked exactly it with the same type. Where spans that stay overlap (a share
    below one half allows it), the one with more votes wins, then the longer one."""
    voters: dict[NerSpan, list[str]] = defaultdict(list)
    for name, spans in marked.items():
        for span in spans:
            voters[span].append(name)
    ordered = sorted(voters, key=lambda span: (-len(voters[span]), span.start - span.end, span.start, span.label))
    taken: set[int] = set()
    kept: set[NerSpan] = set()
    for span in ordered:
        inside = range(span.start, span.end + 1)
        if len(voters[span]) > share * len(marked) and taken.isdisjoint(inside):
            kept.add(span)
            taken.update(inside)
    ordered.sort(key=lambda span: (span.start, span.end, span.label))
    return [Vote(span, tuple(sorted(voters[span])), span in kept) for span in ordered]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text as all its annotators marked it."""

    text_id: str
    language: str
    marked: Mapping[str, Aligned]


def agreement(texts: Sequence[Labelled]) -> list[Agreement]:
    """Agreement of all annotators and of each pair, over all languages and in each.

    Source: Hripcsak and Rothschild 2005 (pairwise F1, where there are no true negatives to count); Krippendorff 2011 (alpha)."""
    found = []
    for language in [ALL, *sorted({text.language for text in texts})]:
        chosen = [text for text in texts if language in (ALL, text.language)]
        names = sorted({name for text in chosen for name in text.marked})
        pairs = [_pair(one, other, language, chosen) for one, other in combinations(names, 2)]
        shares = [pair.f1 for pair in pairs if pair.f1 is not None]
        several = [text for text in chosen if len(text.marked) > 1]
        mean = round(sum(shares) / len(shares), 4) if shares else None
        found += [Agreement(ALL, ALL, language, len(several), mean, alpha(several, names)), *pairs]
    return found


def _pair(one: str, other: str, language: str, texts: Iterable[Labelled]) -> Agreement:
    both = [text for text in texts if one in text.marked and other in text.marked]
    return Agreement(one, other, language, len(both), span_f1(both, one, other), alpha(both, (one, other)))


def span_f1(texts: Iterable[Labelled], one: str, other: str, kind: str | None = None) -> float | None:
    """F1 of two annotators over exact spans with type, in texts that both labelled; None where neither marked anything.

    `kind`: only spans of this type."""
    spans = [(_spans(text.marked[one], kind), _spans(text.marked[other], kind)) for text in texts]
    common, total = sum(len(a & b) for a, b in spans), sum(len(a) + len(b) for a, b in spans)
    return round(2 * common / total, 4) if total else None


def _spans(aligned: Aligned, kind: str | None) -> set[NerSpan]:
    return {span for span in aligned.spans if kind in (None, span.label)}


def alpha(texts: Sequence[Labelled], names: Sequence[str], kind: str | None = None) -> float | None:
    """Krippendorff's alpha, nominal, over the type of each word (`kind`: whether it is of this type); None where nothing varies."""
    from nltk.metrics.agreement import AnnotationTask

    data: list[tuple[str, Any, str]] = []
    for text in texts:
        for name in names:
            if name in text.marked:
                types = word_types(text.marked[name], kind)
                data += [(name, (text.text_id, place), found) for place, found in enumerate(types)]
    if len({found for _, _, found in data}) < 2:
        return None  # nothing varies: there is no disagreement to expect
    return round(float(AnnotationTask(data).alpha()), 4)


def kappa(texts: Iterable[Labelled], one: str, other: str, kind: str | None = None) -> float | None:
    """Cohen's kappa over the type of each word (`kind`: whether it is of this type), in texts that both labelled; None where nothing
    varies. Source: Cohen 1960."""
    from sklearn.metrics import cohen_kappa_score

    pairs = [(a, b) for text in texts for a, b in zip(*(word_types(text.marked[name], kind) for name in (one, other)), strict=True)]
    if len({found for pair in pairs for found in pair}) < 2:
        return None
    return round(float(cohen_kappa_score([a for a, _ in pairs], [b for _, b in pairs])), 4)


def word_types(aligned: Aligned, kind: str | None = None) -> list[str]:
    """The type of each word, `O` for none. `kind`: other types count as none."""
    types = [_OUTSIDE] * len(aligned.words)
    for span in aligned.spans:
        if kind in (None, span.label):
            for place in range(span.start, span.end + 1):
                types[place] = span.label
    return types
