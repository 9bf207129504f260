"""Does the text tell what its title announces? A scrape that took the wrong part of a page shares no words with its title."""

import re

_WORD = re.compile(r"[^\W\d_]+|\d+")
_ARABIC_PREFIX = re.compile("^(?:[وفبك]?ال|لل)(?=..)")  # conjunction, preposition and article are written with the word
_STEM_LETTERS = 5  # beginnings are compared: news inflects ("minister", "ministern")
_SHORTEST = 3  # shorter words are mostly articles and prepositions, which every text has


def title_overlap(title: str, text: str) -> tuple[float, int]:
    """(share of the title's words whose beginning the text has, number of those words). Lines that repeat the title do not count."""
    wanted = stems(title)
    body = "\n".join(line for line in text.split("\n") if line.strip() != title.strip())
    return (len(wanted & stems(body)) / len(wanted) if wanted else 1.0), len(wanted)


def stems(text: str) -> frozenset[str]:
    """The beginnings of a text's longer words, case-folded."""
    words = (_ARABIC_PREFIX.sub("", word) for word in _WORD.findall(text.casefold()))
    return frozenset(word[:_STEM_LETTERS] for word in words if len(word) >= _SHORTEST)
