"""Long texts as overlapping windows of words, cut where sentences begin if there is such a place."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from asknews_ner.dataset.alignment.words import Word

_STOPS = frozenset(".!?…؟۔।")  # end a sentence before a blank
_FULL_WIDTH_STOPS = frozenset("。！？")  # stand in scripts without blanks


class Window(NamedTuple):
    """Words `start` to `end` (exclusive) of a text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Room:
    """What a model reads at once: words, the subword pieces they become; and the words that two windows share."""

    words: int
    pieces: int
    overlap: int


def sentence_starts(text: str, words: Sequence[Word]) -> list[int]:
    """Indices of words before which a sentence ends: after a stop, or over a line break. The first word is none of them.

    A stop after a single letter ends nothing (`J. Smith`, `U.S.`). A place missed costs context, never an entity."""
    found = []
    for index in range(1, len(words)):
        before = words[index - 1]
        gap = text[before.end : words[index].start]
        initial = index > 1 and len(words[index - 2].surface) == 1 and before.surface == "."
        stopped = before.surface in _FULL_WIDTH_STOPS or (before.surface in _STOPS and gap and not initial)
        if stopped or "\n" in gap:
            found.append(index)
    return found


def windows(pieces: Sequence[int], starts: Sequence[int], room: Room) -> list[Window]:
    """Windows over words that cost `pieces` each; `starts`: where sentences begin.

    Every run of words that fits into a window and has at most `room.overlap` + 1 words lies wholly inside at least one of
    them. A single word over the room is a window of its own. Linear in the number of words but for a binary search each."""
    total = [0, *accumulate(pieces)]
    found: list[Window] = []
    start = 0
    while start < len(pieces):
        furthest = bisect_right(total, total[start] + room.pieces) - 1
        end = min(max(start + 1, min(furthest, start + room.words)), len(pieces))
        if end == len(pieces):
            return [*found, Window(start, end)]
        end = _last(starts, start + room.overlap + 1, end) or end
        found.append(Window(start, end))
        latest = max(start + 1, end - room.overlap)
        start = _last(starts, start + 1, latest) or latest
    return found


def _last(places: Sequence[int], low: int, high: int) -> int | None:
    """The greatest of the sorted places within [low, high]."""
    index = bisect_right(places, high) - 1
    return places[index] if index >= 0 and places[index] >= low else None
