"""Where a surface stands among the words of a text, whatever its case, Unicode form, quotes, hyphens and blanks."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from asknews_ner.dataset.alignment.words import Word

Place = tuple[int, int]
"""First and last word."""

_VARIANTS = {
    **dict.fromkeys("‘’‚‛′‵`´ʹʻʼʽˈ＇", "'"),
    **dict.fromkeys("“”„‟«»″‶〝〞＂", '"'),
    **dict.fromkeys("‐‑‒–—―−－﹣", "-"),
}
_VARIANT = re.compile(f"[{''.join(_VARIANTS)}]")
# Format characters that are never shown, as a class that `re` understands (the tests compare it with Unicode's properties).
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001"
    "\U000e0020-\U000e007f]"
)


def fold(text: str) -> str:
    """The form in which texts are compared: case folded, NFC, quotes and hyphens of one kind, nothing invisible.

    It may be longer or shorter than the text ("İ" becomes two characters, "ß" too), so no offset is ever taken from it. Blanks
    stay blanks and none is added. Source: Unicode 17, canonical caseless matching (D145)."""
    if text.isascii():
        return text.lower().replace("`", "'")
    visible = unicodedata.normalize("NFD", _INVISIBLE.sub("", text))
    return _VARIANT.sub(lambda match: _VARIANTS[match[0]], unicodedata.normalize("NFC", visible.casefold()))


def fold_words(words: Sequence[Word]) -> str:
    """The words folded, one blank between two."""
    return fold(" ".join(word.surface for word in words))


class FoldedWords:
    """The words of one text, folded, for searching.

    Words are joined by single blanks before folding, and a position in the folded text is turned into a word by counting blanks: folding
    may change every word's length, but never how many there are."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._joined = f" {fold_words(words)} "
        if self._joined.count(" ") != max(len(words), 1) + 1:
            raise AssertionError("folding added or removed a blank: this is a fault of `fold`, please report it with the text")

    def exact(self, surface: str) -> Iterator[Place]:
        """Places whose words are those of the folded surface."""
        wanted, more = f" {surface} ", surface.count(" ")
        position = self._joined.find(wanted)
        word, counted = 0, 0
        while position >= 0:
            word, counted = word + self._joined.count(" ", counted, position), position
            yield word, word + more
            position = self._joined.find(wanted, position + 1)

    def spaced_otherwise(self, surface: str) -> Iterator[Place]:
        """Places that differ from the surface by blanks only, and begin and end with a word (`Neil - Smith` for `Neil-Smith`)."""
        wanted = surface.replace(" ", "")
        position = self._dense.find(wanted)
        while position >= 0:
            first, last = bisect_left(self._starts, position), bisect_left(self._ends, position + len(wanted))
            if self._is(self._starts, first, position) and self._is(self._ends, last, position + len(wanted)):
                yield first, last
            position = self._dense.find(wanted, position + 1)

    def within(self, surface: str, share: float) -> Iterator[Place]:
        """The places that need the fewest edits, if these are few enough (`edits`).

        Windows of as many words as the surface has, one fewer and one more."""
        if not int(share * len(surface)):
            return
        count = surface.count(" ") + 1
        found: dict[Place, int] = {}
        for first, start in enumerate(self._starts):
            for last in range(first + max(count - 2, 0), min(first + count + 1, len(self._ends))):
                distance = edits(self._dense[start : self._ends[last]], surface, share)
                if distance is not None:
                    found[first, last] = distance
        yield from (place for place, distance in found.items() if distance == min(found.values()))

    def holds(self, surface: str) -> bool:
        """Whether the surface stands anywhere, inside words too."""
        return surface.replace(" ", "") in self._dense

    @cached_property
    def _dense(self) -> str:
        return self._joined.replace(" ", "")

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(len(word) for word in self._joined[1:-1].split(" ")))

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *self._ends[:-1]]

    @staticmethod
    def _is(borders: Sequence[int], index: int, position: int) -> bool:
        return index < len(borders) and borders[index] == position


def edits(found: str, wanted: str, share: float) -> int | None:
    """Levenshtein distance of two folded surfaces, blanks aside; None if it is more than `share` of the wanted one's characters, or if
    their numbers differ (another year is another date)."""
    from rapidfuzz.distance import Levenshtein

    found, wanted = found.replace(" ", ""), wanted.replace(" ", "")
    budget = int(share * len(wanted))
    distance = Levenshtein.distance(wanted, found, score_cutoff=budget)
    return distance if distance <= budget and _digits(found) == _digits(wanted) else None


def _digits(text: str) -> list[str]:
    return [character for character in text if character.isnumeric()]
