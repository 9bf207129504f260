"""Several annotators of one text: what most of them say stays, what some say is kept aside, and how far they agree is measured."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from asknews_ner.dataset.alignment.align import Aligned
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
        found += [Agreement(ALL, ALL, language, len(several), mean, alpha(patterns(several, names))), *pairs]
    return found


def _pair(one: str, other: str, language: str, texts: Iterable[Labelled]) -> Agreement:
    both = [text for text in texts if one in text.marked and other in text.marked]
    return Agreement(one, other, language, len(both), span_f1(both, one, other), alpha(patterns(both, (one, other))))


def span_f1(texts: Iterable[Labelled], one: str, other: str, kind: str | None = None) -> float | None:
    """F1 of two annotators over exact spans with type, in texts that both labelled; None where neither marked anything.

    `kind`: only spans of this type."""
    spans = [(_spans(text.marked[one], kind), _spans(text.marked[other], kind)) for text in texts]
    common, total = sum(len(a & b) for a, b in spans), sum(len(a) + len(b) for a, b in spans)
    return round(2 * common / total, 4) if total else None


def _spans(aligned: Aligned, kind: str | None) -> set[NerSpan]:
    return {span for span in aligned.spans if kind in (None, span.label)}


Patterns = Counter[tuple[str, ...]]
"""How often each combination of types stands on a word: one type for each annotator of its text, `O` for none."""


def patterns(texts: Iterable[Labelled], names: Sequence[str]) -> Patterns:
    """The combinations on the words of some texts, in the order of the names."""
    found: Patterns = Counter()
    for text in texts:
        found.update(zip(*(_types(text.marked[name]) for name in names if name in text.marked), strict=True))
    return found


def alpha(words: Patterns, kind: str | None = None) -> float | None:
    """Krippendorff's alpha, nominal, over the type of each word (`kind`: whether it is of this type); None where nothing varies.

    The library's measure of disagreement, taken once for each combination and not for each word: hundreds of texts by language and type
    would take it minutes."""
    from nltk.metrics.agreement import AnnotationTask
    from nltk.probability import FreqDist

    task, values, observed = AnnotationTask(), FreqDist(), 0.0
    for combination, count in _of_kind(words, kind).items():
        if len(combination) > 1:
            observed += task.Disagreement(FreqDist(combination)) * len(combination) * count
            values.update({value: own * count for value, own in Counter(combination).items()})
    if len(values) < 2:
        return None  # nothing varies: there is no disagreement to expect
    return round(float(1.0 - observed / values.N() / task.Disagreement(values)), 4)


def kappa(words: Patterns, kind: str | None = None) -> float | None:
    """Cohen's kappa of two annotators over the type of each word (`kind`: whether it is of this type); None where nothing varies.

    `words`: combinations of the two. Source: Cohen 1960."""
    from sklearn.metrics import cohen_kappa_score

    pairs = _of_kind(words, kind)
    if len({value for pair in pairs for value in pair}) < 2:
        return None
    one, other = zip(*pairs, strict=True)
    return round(float(cohen_kappa_score(one, other, sample_weight=list(pairs.values()))), 4)


def _of_kind(words: Patterns, kind: str | None) -> Patterns:
    """Combinations in which all other types count as none."""
    if kind is None:
        return words
    found: Patterns = Counter()
    for combination, count in words.items():
        found[tuple(value if value == kind else _OUTSIDE for value in combination)] += count
    return found


def _types(aligned: Aligned) -> list[str]:
    types = [_OUTSIDE] * len(aligned.words)
    for span in aligned.spans:
        for place in range(span.start, span.end + 1):
            types[place] = span.label
    return types
