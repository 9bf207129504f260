"""Signs of label errors that need no reader: known surfaces marked otherwise, or not at all; capital letters; tags that had to be mended.

None of them is an error rate: human sentences show them too, so their own figures stand beside the models'."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from asknews_ner.dataset.bio import OUTSIDE, spans
from asknews_ner.low_resource.lexicon import PART, Words, known_in
from asknews_ner.low_resource.records import GeneratedSentence, TaggedSentence

HUMAN = "human"
_DATE = "DATE"
_SENTENCE_ENDS = frozenset(".!?:;\"'»«“”„…()[]-–—")


@dataclass(frozen=True, slots=True)
class LabelSignal:
    """How often one sign was looked for and found in the sentences of one source."""

    language: Annotated[str, "the study's code of the target language"]
    source: Annotated[str, "the model's name, or `human`"]
    signal: Annotated[str, "what was looked for"]
    of: Annotated[int, "places where it could be"]
    found: Annotated[int, "places where it was"]
    share: Annotated[float | None, "found by of; empty where there was nothing to look at"]


@dataclass(frozen=True, slots=True)
class KnownSurfaces:
    """What a source marks the known surfaces of one type as."""

    language: Annotated[str, "the study's code of the target language"]
    source: Annotated[str, "the model's name, or `human`"]
    known_as: Annotated[str, "type by the lexicon (human data, names of countries)"]
    marked_as: Annotated[str, "a type, `O` (not marked), or `part` (of a longer entity, or only partly marked)"]
    mentions: Annotated[int, "how often"]


def signals_of(
    language: str, source: str, rows: Sequence[TaggedSentence | GeneratedSentence], lexicon: Mapping[Words, str]
) -> list[LabelSignal]:
    """All signs of one source. Those of capitals are left out where the script has none."""
    known = [one for row in rows for one in known_in(row, lexicon)]
    whole = [one for one in known if one.marked_as != PART]
    typed = [one for one in whole if one.marked_as != OUTSIDE]
    found = [
        ("known surface marked as another type", len(typed), sum(one.marked_as != one.type for one in typed)),
        ("known surface not marked", len(whole), sum(one.marked_as == OUTSIDE for one in whole)),
    ]
    firsts = [row.tokens[start][:1] for row in rows for start, _, name in spans(row.tags) if name != _DATE]
    cased = [letter for letter in firsts if letter.lower() != letter.upper()]
    if len(cased) > len(firsts) / 2:
        inside = [tag for row in rows for tag in _capitals_inside(row)]
        found.append(("entity without a capital (dates left out)", len(cased), sum(not letter.isupper() for letter in cased)))
        found.append(("capital inside a sentence, not marked", len(inside), sum(tag == OUTSIDE for tag in inside)))
    mended = [row for row in rows if isinstance(row, GeneratedSentence)]
    if mended:
        found.append(("sentence with an I tag that began an entity", len(mended), sum(_was_mended(row) for row in mended)))
    return [LabelSignal(language, source, name, of, count, round(count / of, 4) if of else None) for name, of, count in found]


def surfaces_of(
    language: str, source: str, rows: Sequence[TaggedSentence | GeneratedSentence], lexicon: Mapping[Words, str]
) -> list[KnownSurfaces]:
    """The table of known type by marked type."""
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        for one in known_in(row, lexicon):
            counts[one.type, one.marked_as] = counts.get((one.type, one.marked_as), 0) + 1
    return [KnownSurfaces(language, source, *pair, counts[pair]) for pair in sorted(counts)]


def _capitals_inside(row: TaggedSentence | GeneratedSentence) -> list[str]:
    """Tags of capitalised words that begin no sentence."""
    return [
        tag
        for before, token, tag in zip(row.tokens, row.tokens[1:], row.tags[1:], strict=False)
        if token[:1].isupper() and before[-1:] not in _SENTENCE_ENDS
    ]


def _was_mended(row: GeneratedSentence) -> bool:
    return any("made B" in note for note in row.notes)
