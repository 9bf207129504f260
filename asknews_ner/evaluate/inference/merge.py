"""Candidates of overlapping windows → the entities of the whole text: each found once, none lost.

Each place of the text is judged by one window alone, the one in which it lies deepest, so that a name that a border cuts in half counts
for nothing there. The choice among overlapping candidates is made once, over the whole text. With candidates that depend on their own
words only, the result is therefore the same for any windows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from asknews_ner.evaluate.inference.windows import Window


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that a model proposes: first word, last word (inclusive), type, score in [0, 1]."""

    start: int
    end: int
    label: str
    score: float


def merge(found: Sequence[Sequence[Candidate]], windows: Sequence[Window], words: int) -> list[Candidate]:
    """Candidates over the words of the whole text, out of those over the words of each window; sorted by place."""
    kept = [
        moved
        for number, (window, candidates) in enumerate(zip(windows, found, strict=True))
        for candidate in candidates
        for moved in [Candidate(candidate.start + window.start, candidate.end + window.start, candidate.label, candidate.score)]
        if _judge(moved, windows, number, words) == number
    ]
    return sorted(kept, key=lambda candidate: (candidate.start, candidate.end))


def choose(candidates: Sequence[Candidate], nested: bool) -> list[Candidate]:
    """The best candidates that go together, sorted by place: by score, greedily, as GLiNER decodes (ties: by place, then as given).

    Flat: no two share a word. `nested`: one may lie inside another, but none crosses another, and no place has two types."""
    over_word: dict[int, list[Candidate]] = {}
    chosen: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda candidate: -candidate.score):
        inside = range(candidate.start, candidate.end + 1)
        if any(not nested or _conflict(candidate, other) for word in inside for other in over_word.get(word, ())):
            continue
        chosen.append(candidate)
        for word in inside:
            over_word.setdefault(word, []).append(candidate)
    return sorted(chosen, key=lambda candidate: (candidate.start, -candidate.end))


def _conflict(one: Candidate, other: Candidate) -> bool:
    """Whether two candidates that share a word cross each other or stand at the same place."""
    if (one.start, one.end) == (other.start, other.end):
        return True
    one_inside = other.start <= one.start and one.end <= other.end
    other_inside = one.start <= other.start and other.end <= one.end
    return not (one_inside or other_inside)


def _judge(candidate: Candidate, windows: Sequence[Window], proposer: int, words: int) -> int:
    """The window in which the candidate's place lies deepest, the earliest of equals. The proposer holds it; others are its neighbours."""
    first = last = proposer
    while first > 0 and windows[first - 1].end > candidate.end:
        first -= 1
    while last + 1 < len(windows) and windows[last + 1].start <= candidate.start:
        last += 1
    return max(range(first, last + 1), key=lambda number: (_depth(candidate, windows[number], words), -number))


def _depth(candidate: Candidate, window: Window, words: int) -> float:
    """Words between the candidate and the nearest border of the window; the text's own beginning and end are no borders."""
    before = candidate.start - window.start if window.start else inf
    after = window.end - 1 - candidate.end if window.end < words else inf
    return min(before, after)
