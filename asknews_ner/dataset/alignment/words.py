"""Words with their places: `text[start:end] == surface`, whatever the script.

Text without combining marks is split exactly as GLiNER splits it when a finished model reads a sentence, so that training and use see
the same words: hyphens and underscores inside a word join it (`US-backed` is one word); apostrophes, stops and commas are words of
their own (`Kemp ' s`, `l ' Italia`, `3 . 5`), and a name beside one can be marked. What GLiNER's pattern breaks is mended (facts:
peers.md, finding 1): combining marks and invisible characters (soft hyphens, joiners) stay inside their word, and runs of scripts
that are written without blanks are cut into words by ICU's dictionaries."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import regex

from asknews_ner.recipe import Unspaced

# Scripts without blanks between words. Korean has blanks.
_SCRIPTS = r"[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{Bopo}\p{Thai}\p{Laoo}\p{Khmr}\p{Mymr}]"
_UNSPACED = rf"[[\p{{L}}\p{{N}}]&&{_SCRIPTS}]"
_SPACED = rf"[[\p{{L}}\p{{M}}\p{{N}}_]--{_UNSPACED}]"
_INVISIBLE = r"[[\p{Cf}&&\p{DI}]--\u200b]"  # U+200B is a blank that takes no room
# U+2010 and U+2011 are hyphens as well; dashes are not. Indic words may end in a joiner.
_WORD = regex.compile(
    rf"(?P<unspaced>{_UNSPACED}[{_UNSPACED}\p{{M}}{_INVISIBLE}]*+)"
    rf"|{_SPACED}++(?:(?:{_INVISIBLE}++|{_INVISIBLE}*+[-\u2010\u2011]{_INVISIBLE}*+){_SPACED}++)*+[\u200c\u200d]*+"
    rf"|[^\s\x1c-\x1f\u200b{_INVISIBLE}]\p{{M}}*+",
    regex.V1,
)
# Letters and signs of Latin, Greek, Cyrillic, Arabic and Ethiopic about which GLiNER's pattern is right: it takes a third of the
# time, since `re` knows no properties.
_NOT_PLAIN = re.compile(
    "[^\x00-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u060b-\u060f\u061b\u061e-\u064a\u0660-\u066f\u0671-\u06d5\u06f0-\u06ff"
    "\u1200-\u135a\u1360-\u1399\u1e00-\u200a\u2012-\u2027\u202f-\u205e\u20a0-\u20bf\u2100-\u218b]"
)
_PLAIN_WORD = re.compile(r"\w+(?:-\w+)*|\S")
_CLUSTER = regex.compile(r"\X")
_STARTS_INSIDE = regex.compile(rf"[\p{{M}}{_INVISIBLE}]", regex.V1)
_KATAKANA = regex.compile(r"[\p{L}&&\p{scx=Kana}]", regex.V1)


class Word(NamedTuple):
    """One word or sign of a text: `text[start:end] == surface`."""

    surface: str
    start: int
    end: int


def split_words(text: str, unspaced: Unspaced = "icu") -> list[Word]:
    """Words and signs of a text in order. Nothing is left out but blanks and invisible characters that stand alone.

    `unspaced`: how runs of scripts without blanks are cut: `icu`, or `characters` (every visible character is a word)."""
    if not _NOT_PLAIN.search(text):
        return [Word(match[0], *match.span()) for match in _PLAIN_WORD.finditer(text)]
    words: list[Word] = []
    for match in _WORD.finditer(text):
        if match.lastgroup is None:
            words.append(Word(match[0], *match.span()))
            continue
        start = match.start()
        for piece in _pieces(match.group(), unspaced):
            words.append(Word(piece, start, start + len(piece)))
            start += len(piece)
    return words


@cache
def splitter_version() -> str:
    """Names what cuts text into words besides this module: another ICU may have other dictionaries."""
    import icu4py

    return f"icu {icu4py.icu_version}, regex {regex.__version__}"


def _pieces(run: str, unspaced: Unspaced) -> list[str]:
    """The words of a run; a mark never begins one."""
    pieces: list[str] = []
    for piece in _icu(run) if unspaced == "icu" else _CLUSTER.findall(run):
        # ICU's dictionary cuts names in Katakana (バイ|デン); Unicode's own rule keeps them whole (UAX 29, WB13).
        within_katakana = unspaced == "icu" and pieces and _KATAKANA.match(pieces[-1][-1]) and _KATAKANA.match(piece)
        if pieces and (within_katakana or _STARTS_INSIDE.match(piece)):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def _icu(run: str) -> Iterator[str]:
    from icu4py.breakers import WordBreaker

    # Pieces, not `segments()`: those count UTF-16 units, which differ from Python's characters outside the basic plane.
    return iter(WordBreaker(run, "root"))
