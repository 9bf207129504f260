"""A reviewer's regions → spans of whole words, each checked against the text; what cannot be one leaves with its reason.

Label Studio counts Unicode code points, as Python does (its editor turns JavaScript's UTF-16 units into them: `charsToCodePoints`,
HumanSignal/label-studio pull request 1559). Editors before 2021 stored UTF-16 units; such offsets are known by the text that stands
beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import regex

from asknews_ner.dataset.alignment.words import Word, split_words
from asknews_ner.dataset.types.labels import proposed_name
from asknews_ner.dataset.types.ontology import Ontology
from asknews_ner.recipe import DatasetParams
from asknews_ner.records import MarkedSpan, Reason

# The editor writes a line break inside a region as the two characters \n, and may fold blanks.
_BLANKS = regex.compile(r"\s+|\\n")


class SpanReject(Reason):
    """Why a reviewer's region does not become a span."""

    NOT_A_SPAN = "it is not a labelled stretch of the text"
    OUTSIDE = "it does not lie within the text"
    NOT_THE_TEXT = "the text that it holds does not stand at its place"
    NO_WORD = "it holds no word"
    CUTS_A_WORD = "it cuts a word in half, and the recipe rejects that"
    UNKNOWN_TYPE = "the ontology does not know its type"
    TOO_LONG = "it has more words than the recipe's max_span_words"
    OVERLAPS = "it overlaps a longer or earlier span of the same reviewer"


class SpanNote(Reason):
    """What was mended in a reviewer's region."""

    SNAPPED = "it cut a word in half and was widened to the whole word"
    UTF16_OFFSETS = "its offsets counted UTF-16 units and were turned into characters"


@dataclass(frozen=True, slots=True)
class Region:
    """One label of one region, as submitted. `start` and `end` are -1 where there were none, `text` is empty if it was not stored."""

    start: int
    end: int
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class ReadSpans:
    """Spans in the order of the text, regions that were lost, and regions that were mended."""

    spans: list[MarkedSpan]
    lost: list[tuple[Region, SpanReject]]
    notes: list[tuple[Region, SpanNote]]


def word_span(words: Sequence[Word], start: int, end: int) -> tuple[int, int] | None:
    """First and last of the words that a stretch of characters touches; None if it touches none."""
    inside = [place for place, word in enumerate(words) if word.end > start and word.start < end]
    return (inside[0], inside[-1]) if inside else None


def read_spans(
    regions: Sequence[Region], text: str, ontology: Ontology, params: DatasetParams, cut_words: Literal["snap", "reject"]
) -> ReadSpans:
    """Spans of whole words, none overlapping: of two that do, the longer one stays, then the earlier one."""
    words = split_words(text, params.unspaced)
    lost: list[tuple[Region, SpanReject]] = []
    notes: list[tuple[Region, SpanNote]] = []
    candidates: list[tuple[int, int, str, Region]] = []
    for region in regions:
        label = ontology.canonical(region.label)
        if label is None and params.unknown_labels == "keep" and region.label:
            label = proposed_name(region.label) or None
        place, note = _placed(region, text)
        if isinstance(place, SpanReject):
            lost.append((region, place))
            continue
        inside = word_span(words, *place)
        fault = _fault(inside, label, words, place, params.max_span_words, cut_words)
        if fault is not None or inside is None or label is None:
            lost.append((region, fault or SpanReject.NO_WORD))
            continue
        candidates.append((*inside, label, region))
        notes += [(region, note)] if note else []
        notes += [(region, SpanNote.SNAPPED)] if _cuts(inside, words, place) else []
    spans, overlapping = _flat(candidates, words)
    return ReadSpans(spans, [*lost, *overlapping], notes)


def _placed(region: Region, text: str) -> tuple[tuple[int, int] | SpanReject, SpanNote | None]:
    """Where a region stands, in code points; or why nowhere."""
    if region.start < 0 or region.end <= region.start:
        return (SpanReject.OUTSIDE if region.end >= 0 else SpanReject.NOT_A_SPAN), None
    if region.end <= len(text) and (not region.text or _same(text[region.start : region.end], region.text)):
        return (region.start, region.end), None
    start, end = (_code_points(text, units) for units in (region.start, region.end))
    if region.text and start is not None and end is not None and _same(text[start:end], region.text):
        return (start, end), SpanNote.UTF16_OFFSETS
    return (SpanReject.OUTSIDE if region.end > len(text) else SpanReject.NOT_THE_TEXT), None


def _same(one: str, other: str) -> bool:
    return bool(_BLANKS.sub("", one) == _BLANKS.sub("", other))


def _code_points(text: str, units: int) -> int | None:
    """The place in code points of a place in UTF-16 units; None inside a pair of surrogates or after the end."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    if 2 * units > len(encoded):
        return None
    try:
        return len(encoded[: 2 * units].decode("utf-16-le"))
    except UnicodeDecodeError:
        return None


def _cuts(inside: tuple[int, int], words: Sequence[Word], place: tuple[int, int]) -> bool:
    return words[inside[0]].start < place[0] or words[inside[1]].end > place[1]


def _fault(
    inside: tuple[int, int] | None, label: str | None, words: Sequence[Word], place: tuple[int, int], longest: int, cut_words: str
) -> SpanReject | None:
    if label is None:
        return SpanReject.UNKNOWN_TYPE
    if inside is None:
        return SpanReject.NO_WORD
    if cut_words == "reject" and _cuts(inside, words, place):
        return SpanReject.CUTS_A_WORD
    return SpanReject.TOO_LONG if inside[1] - inside[0] + 1 > longest else None


def _flat(
    candidates: Sequence[tuple[int, int, str, Region]], words: Sequence[Word]
) -> tuple[list[MarkedSpan], list[tuple[Region, SpanReject]]]:
    taken: set[int] = set()
    spans: list[MarkedSpan] = []
    lost: list[tuple[Region, SpanReject]] = []
    for first, last, label, region in sorted(candidates, key=lambda one: (one[0] - one[1], one[0], one[2])):
        inside = range(first, last + 1)
        if taken.isdisjoint(inside):
            taken.update(inside)
            spans.append(MarkedSpan(words[first].start, words[last].end, label))
        else:
            lost.append((region, SpanReject.OVERLAPS))
    return sorted(spans, key=lambda span: span.start), lost
