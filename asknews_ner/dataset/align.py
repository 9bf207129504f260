"""Entity strings → spans of words. Every span is checked against the text; what does not align leaves with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from asknews_ner.dataset.labels import proposed_name
from asknews_ner.dataset.ontology import Ontology
from asknews_ner.dataset.words import Word, split_words
from asknews_ner.recipe import DatasetParams
from asknews_ner.records import EntityMention, NerSpan, Reason


class EntityReject(Reason):
    """Why a labelled entity does not become a span."""

    NOT_IN_TEXT = "its words do not occur in the text"
    UNKNOWN_TYPE = "the ontology does not know its type"
    TOO_LONG = "it has more words than the recipe's max_span_words"
    OVERLAPS = "every occurrence overlaps a longer or earlier entity"


@dataclass(frozen=True, slots=True)
class Aligned:
    """Words of a text, spans over them, and the entities that were lost."""

    words: list[Word]
    spans: list[NerSpan]
    lost: list[tuple[EntityMention, EntityReject]]


def align(text: str, mentions: Sequence[EntityMention], ontology: Ontology, params: DatasetParams) -> Aligned:
    """Longest entities first, then in the order given; no two spans overlap (flat NER, as GLiNER trains).

    A mention matches where all its words equal the text's words, case-folded. Source: GLiNER's own recipe (word windows,
    facts: papers.md §3.4), with occurrences as the recipe says."""
    words = split_words(text)
    folded = [word.surface.casefold() for word in words]
    taken = [False] * len(words)
    spans: list[NerSpan] = []
    lost: list[tuple[EntityMention, EntityReject]] = []
    parts = [[word.surface.casefold() for word in split_words(mention.text)] for mention in mentions]
    for index in sorted(range(len(mentions)), key=lambda position: (-len(parts[position]), position)):
        label = ontology.canonical(mentions[index].label)
        if label is None and params.unknown_labels == "keep":
            label = proposed_name(mentions[index].label) or None
        if label is None:
            lost.append((mentions[index], EntityReject.UNKNOWN_TYPE))
            continue
        fault, found = _place(parts[index], folded, taken, params)
        if fault is not None:
            lost.append((mentions[index], fault))
        spans.extend(NerSpan(start, end, label) for start, end in found)
    return Aligned(words, sorted(spans, key=lambda span: (span.start, span.end)), lost)


def _place(
    part: list[str], folded: list[str], taken: list[bool], params: DatasetParams
) -> tuple[EntityReject | None, list[tuple[int, int]]]:
    """(why nothing was placed or None, first and last word of each place). Marks the words as taken."""
    if not part:
        return EntityReject.NOT_IN_TEXT, []
    if len(part) > params.max_span_words:
        return EntityReject.TOO_LONG, []
    starts = [start for start in range(len(folded) - len(part) + 1) if folded[start : start + len(part)] == part]
    if not starts:
        return EntityReject.NOT_IN_TEXT, []
    found: list[tuple[int, int]] = []
    for start in starts:
        inside = range(start, start + len(part))
        if not any(taken[position] for position in inside):
            for position in inside:
                taken[position] = True
            found.append((start, start + len(part) - 1))
            if params.occurrences == "first":
                break
    return (None, found) if found else (EntityReject.OVERLAPS, [])
