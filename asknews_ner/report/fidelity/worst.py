"""The worst pairs as they are shown: both texts with what differs marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asknews_ner.annotate.fidelity.compare import Thing
from asknews_ner.recipe import FidelityReportParams
from asknews_ner.report.fidelity.measure import Pair, differences, source_of, text_of
from asknews_ner.report.fidelity.records import FidelityPair


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text. `marked`: `name`, `place` or `number` where the other text lacks it, else empty."""

    text: str
    marked: str


@dataclass(frozen=True, slots=True)
class SideBySide:
    """One pair as it is shown. `cut`: characters of the source that are not shown."""

    row: FidelityPair
    source: Sequence[Piece]
    summary: Sequence[Piece]
    cut: int


def worst_rows(rows: Sequence[FidelityPair], most: int) -> list[FidelityPair]:
    """The suspect pairs of the highest risk, at most so many."""
    return sorted((row for row in rows if row.suspect), key=lambda row: (-row.risk, row.article_id))[:most]


def side_by_side(rows: Sequence[FidelityPair], pairs: Mapping[str, Pair], params: FidelityReportParams) -> list[SideBySide]:
    """These rows with their texts; of the source its opening is shown. `pairs`: by article id."""
    found = []
    for row in rows:
        article, summary = pairs[row.article_id]
        compared, source = differences(article, summary, params), source_of(article)
        opening = source[: params.opening_characters]
        found.append(
            SideBySide(row, pieces(opening, compared.of_source), pieces(text_of(summary), compared.of_summary), len(source) - len(opening))
        )
    return found


def pieces(text: str, things: Sequence[Thing]) -> list[Piece]:
    """A text in pieces, in order and without gaps; things that were not found are pieces of their own, each where it stands first."""
    found, place = [], 0
    for thing in sorted((one for one in things if not one.found), key=lambda one: one.start):
        if thing.start < place or thing.end > len(text):
            continue
        found += [Piece(text[place : thing.start], ""), Piece(text[thing.start : thing.end], thing.kind)]
        place = thing.end
    return [piece for piece in [*found, Piece(text[place:], "")] if piece.text]
