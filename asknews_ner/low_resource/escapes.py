"""Letters that a model wrote as a JSON escape with zeros too many.

Found in the study's released GPT-4.1 replies: `\\u000c95` where Kannada KA is `\\u0c95`, `\\u0000c3f` where a Telugu vowel sign is
`\\u0c3f`, `p\\u0000e5` for Danish `på`. JSON reads that as a control character and letters, so nearly all of the Dravidian sentences that
the study trained on hold form feeds and hexadecimal digits in place of words.

Undoing the zeros gives letters, but seldom the right ones: of words restored so, 9 % stand in Telugu texts (58 % of the words of whole
sentences do), 23 % in Tamil's word list (90 %), 49 % in Danish (95 %), 55 % in Slovak (92 %): the model wrote codes of other letters, or
left digits out (benchmarks/study_escapes.py). So a word is believed only where it is known from elsewhere."""

import re
import unicodedata
from collections.abc import Collection

_TWO_DIGITS = re.compile(r"([\x00-\x1f])([0-9a-fA-F]{2})")
_THREE_DIGITS = re.compile(r"\x00([0-9a-fA-F]{3})")


def restorations(token: str) -> list[str]:
    """What a damaged token may have been: the zeros undone in either way, without what is still damaged then. Empty for a whole token."""
    if not any(character < " " for character in token):
        return []
    longer = _THREE_DIGITS.sub(lambda match: chr(int(match[1], 16)), token)
    return [restored for restored in (_with_two(longer), _with_two(token)) if not damage_in(restored)]


def mend_escapes(token: str, known: Collection[str]) -> str:
    """The token with such letters restored, where that makes a word of `known` (see `word`); as it was where none does."""
    return next((restored for restored in restorations(token) if word(restored) in known), token)


def word(token: str) -> str:
    """A token as words are compared: whatever the case and the composition of letters."""
    return unicodedata.normalize("NFC", token).casefold()


def damage_in(token: str) -> set[str]:
    """Characters that no text holds: controls, half surrogates, the replacement character."""
    return {character for character in token if character == "\ufffd" or unicodedata.category(character) in ("Cc", "Cs")}


def _with_two(token: str) -> str:
    return _TWO_DIGITS.sub(lambda match: chr(ord(match[1]) * 0x100 + int(match[2], 16)), token)
