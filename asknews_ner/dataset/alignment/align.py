"""Entity strings → spans of words. Every span is checked against the text; what does not align leaves with its reason."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from asknews_ner.dataset.alignment.matching import FoldedWords, Place, edits, fold, fold_words
from asknews_ner.dataset.alignment.words import Word, split_words
from asknews_ner.dataset.types.labels import proposed_name
from asknews_ner.recipe import DatasetParams
from asknews_ner.records import EntityMention, NerSpan, Reason


class EntityReject(Reason):
    """Why a labelled entity does not become a span."""

    NOT_IN_TEXT = "its words do not occur in the text"
    INSIDE_A_WORD = "it occurs, but only as a part of longer words"
    UNKNOWN_TYPE = "the ontology does not know its type"
    TOO_LONG = "it has more words than the recipe's max_span_words"
    OVERLAPS = "every occurrence overlaps a longer or earlier entity"
    OTHER_TYPE = "the same words were labelled more often, or as often, with another type"
    NO_OCCURRENCE_LEFT = "it was listed more often than it occurs (`occurrences: as_labelled`)"


class Types(Protocol):
    """What alignment needs of an ontology."""

    def canonical(self, label: str) -> str | None:
        """The type that a free label means, or None."""
        ...


class AlignmentError(AssertionError):
    """A span does not hold what was labelled: a fault of this program, never of the data."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """Words of a text, spans over them, and the entities that were lost."""

    words: list[Word]
    spans: list[NerSpan]
    lost: list[tuple[EntityMention, EntityReject]]


@dataclass(slots=True)
class _Surface:
    """All mentions of one surface: what they are called, and where the surface stands."""

    mentions: list[EntityMention]
    labels: list[str]
    places: list[Place] = field(default_factory=list)
    fault: EntityReject | None = None
    taken: list[Place] = field(default_factory=list)


def align(text: str, mentions: Sequence[EntityMention], ontology: Types, params: DatasetParams) -> Aligned:
    """Spans for the mentions, sorted; no two overlap (flat NER, as GLiNER trains).

    A mention stands where all its words equal words of the text, folded; else where only blanks differ; else, within the recipe's
    `max_edits`, where the fewest edits are needed. Of overlapping places the one with more words wins, then the earlier one. Of several
    types for one surface the one labelled most often wins, then the first of the alphabet; the order of mentions decides nothing, except
    with `as_labelled`: there the n-th mention of a surface names the type of its n-th free occurrence."""
    words = split_words(text, params.unspaced)
    folded = FoldedWords(words)
    surfaces, lost = _surfaces(mentions, ontology, params)
    for surface, group in surfaces.items():
        group.fault, group.places = _places(surface, folded, params)
    taken = [False] * len(words)
    candidates = [(first - last, first, surface) for surface, group in surfaces.items() for first, last in group.places]
    for shorter, first, surface in sorted(candidates):
        group, last = surfaces[surface], first - shorter
        if len(group.taken) < _quota(group, params) and not any(taken[first : last + 1]):
            taken[first : last + 1] = [True] * (last - first + 1)
            group.taken.append((first, last))
    spans: list[NerSpan] = []
    for surface, group in surfaces.items():
        for (first, last), label in zip(sorted(group.taken), _types(group, params), strict=False):
            _check(text, words, surface, first, last, params.max_edits)
            spans.append(NerSpan(first, last, label))
        lost.extend(_lost(group, params))
    return Aligned(words, sorted(spans, key=lambda span: span.start), lost)


def _surfaces(
    mentions: Sequence[EntityMention], ontology: Types, params: DatasetParams
) -> tuple[dict[str, _Surface], list[tuple[EntityMention, EntityReject]]]:
    """(mentions by folded surface, mentions whose type nobody knows)."""
    surfaces: dict[str, _Surface] = {}
    unknown: list[tuple[EntityMention, EntityReject]] = []
    for mention in mentions:
        label = ontology.canonical(mention.label)
        if label is None and params.unknown_labels == "keep":
            label = proposed_name(mention.label) or None
        if label is None:
            unknown.append((mention, EntityReject.UNKNOWN_TYPE))
            continue
        group = surfaces.setdefault(fold_words(split_words(mention.text, params.unspaced)), _Surface([], []))
        group.mentions.append(mention)
        group.labels.append(label)
    return surfaces, unknown


def _places(surface: str, folded: FoldedWords, params: DatasetParams) -> tuple[EntityReject | None, list[Place]]:
    """(why there are none or None, all places of a folded surface)."""
    if not surface:
        return EntityReject.NOT_IN_TEXT, []
    places = list(folded.exact(surface)) or list(folded.spaced_otherwise(surface)) or list(folded.within(surface, params.max_edits))
    if not places:
        return EntityReject.INSIDE_A_WORD if folded.holds(surface) else EntityReject.NOT_IN_TEXT, []
    fitting = [(first, last) for first, last in places if last - first < params.max_span_words]
    return (None, fitting) if fitting else (EntityReject.TOO_LONG, [])


def _quota(group: _Surface, params: DatasetParams) -> int:
    """How many places a surface may take."""
    return {"all": len(group.places), "first": 1, "as_labelled": len(group.mentions)}[params.occurrences]


def _types(group: _Surface, params: DatasetParams) -> Iterator[str]:
    """The type of each place, from left to right."""
    if params.occurrences == "as_labelled":
        yield from group.labels
    else:
        counts = Counter(group.labels)
        winner = min(counts, key=lambda label: (-counts[label], label))
        yield from [winner] * len(group.taken)


def _lost(group: _Surface, params: DatasetParams) -> Iterator[tuple[EntityMention, EntityReject]]:
    if group.fault or not group.taken:
        yield from ((mention, group.fault or EntityReject.OVERLAPS) for mention in group.mentions)
    elif params.occurrences == "as_labelled":
        reason = EntityReject.OVERLAPS if len(group.places) >= len(group.mentions) else EntityReject.NO_OCCURRENCE_LEFT
        yield from ((mention, reason) for mention in group.mentions[len(group.taken) :])
    else:
        won = next(_types(group, params))
        pairs = zip(group.mentions, group.labels, strict=True)
        yield from ((mention, EntityReject.OTHER_TYPE) for mention, label in pairs if label != won)


def _check(text: str, words: Sequence[Word], surface: str, first: int, last: int, max_edits: float) -> None:
    """Raise AlignmentError unless the text's own characters, at the words' offsets, are the surface."""
    found = fold(" ".join(text[word.start : word.end] for word in words[first : last + 1]))
    if found != surface and edits(found, surface, max_edits) is None:
        raise AlignmentError(
            f"words {first} to {last} are {found!r}, labelled was {surface!r}; this is a fault of the alignment, please report it with "
            f"the text {text!r}"
        )
