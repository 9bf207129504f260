"""Source and summary side by side: what each has of the other's names, numbers and months, and where what differs stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from asknews_ner.annotate.checks.grounding import months
from asknews_ner.annotate.fidelity import names, numbers

Kind = Literal["name", "place", "number"]


@dataclass(frozen=True, slots=True)
class Thing:
    """One name, place or number of a text, at its first mention. `found`: whether the other text has it; `said`: how often this one has
    it."""

    start: int
    end: int
    text: str
    kind: Kind
    found: bool
    said: int


@dataclass(frozen=True, slots=True)
class Compared:
    """`of_summary`: the summary's things, looked for in the whole source. `of_source`: those of the source's opening, looked for in the
    summary: what news says first a summary should say. `months`: of the summary, and whether the source names them."""

    of_summary: Sequence[Thing]
    of_source: Sequence[Thing]
    months: Sequence[bool]


def compare(source: str, source_language: str, summary: str, summary_language: str, opening_characters: int) -> Compared:
    """Compare two texts, each with its title first. Names are not looked for in the source where its script has no capitals."""
    ours, theirs = names.said(summary, summary_language), names.said(source, source_language)
    our_numbers, their_numbers = numbers.said(summary, summary_language), numbers.said(source, source_language)
    opening = [one for one in names.names(source, source_language) if one.start < opening_characters]
    first_numbers = numbers.numbers(source[:opening_characters], source_language)
    article_months = months(source, source_language)
    return Compared(
        of_summary=_sorted(
            [_name(one, names.is_said(one, theirs)) for one in names.names(summary, summary_language)],
            [_number(one, numbers.is_said(one, their_numbers)) for one in numbers.numbers(summary, summary_language)],
        ),
        of_source=_sorted(
            [_name(one, names.is_said(one, ours)) for one in opening],
            [_number(one, numbers.is_said(one, our_numbers)) for one in first_numbers],
        ),
        months=[month in article_months for month in sorted(months(summary, summary_language))],
    )


def _name(one: names.Name, found: bool) -> Thing:
    return Thing(one.start, one.end, one.text, "place" if one.is_place else "name", found, one.said)


def _number(one: numbers.Number, found: bool) -> Thing:
    return Thing(one.start, one.end, one.text, "number", found, 1)


def _sorted(first: Sequence[Thing], second: Sequence[Thing]) -> list[Thing]:
    return sorted([*first, *second], key=lambda thing: thing.start)
