"""Words with their places. Combining marks stay with their base letter.

GLiNER's own splitter uses `re`, whose `\\w` leaves out combining marks and so shatters Hindi, Thai or vocalised Arabic
(facts: peers.md, finding 1); this one uses Unicode properties. Hyphens, underscores and apostrophes inside a word join it."""

from dataclasses import dataclass

import regex

_WORD = regex.compile(
    r"\p{N}+(?:[.,:]\p{N}+)+(?![\p{L}\p{M}])"  # 3.5  1,240  15:05
    r"|(?:\p{L}\.){2,}"  # U.S.
    r"|[\p{L}\p{M}\p{N}_]+(?:[-_'’][\p{L}\p{M}\p{N}_]+)*"  # words, joined by hyphen or apostrophe
    r"|\S"
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word or sign of a text: `text[start:end] == surface`."""

    surface: str
    start: int
    end: int


def split_words(text: str) -> list[Word]:
    """Words of a text in order. Stops, commas and colons join within numbers, stops within initials."""
    return [Word(match.group(), match.start(), match.end()) for match in _WORD.finditer(text)]
