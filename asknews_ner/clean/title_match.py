"""Does the text tell what its title announces? A scrape that took the wrong part of a page shares no words with its title."""

import re

from asknews_ner.recipe import CleanParams

_WORD = re.compile(r"[^\W\d_]+|\d+")
_ARABIC_PREFIX = re.compile("^(?:[وفبك]?ال|لل)(?=..)")  # conjunction, preposition and article are written with the word


def title_overlap(title: str, text: str, params: CleanParams) -> tuple[float, int]:
    """(share of the title's words whose beginning the text has, number of those words). Lines that repeat the title do not count."""
    wanted = stems(title, params)
    body = "\n".join(line for line in text.split("\n") if line.strip() != title.strip())
    return (len(wanted & stems(body, params)) / len(wanted) if wanted else 1.0), len(wanted)


def stems(text: str, params: CleanParams) -> frozenset[str]:
    """The beginnings of a text's longer words, case-folded."""
    words = (_ARABIC_PREFIX.sub("", word) for word in _WORD.findall(text.casefold()))
    return frozenset(word[: params.title_stem_letters] for word in words if len(word) >= params.title_shortest_word)
