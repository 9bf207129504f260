"""Letters that a model wrote as a JSON escape with two zeros too many.

Found in the study's released GPT-4.1 replies: `\\u000c95` where Kannada KA is `\\u0c95`, `p\\u0000e5` for Danish `på`. JSON
reads that as a control character and two letters, so nearly all of the Dravidian sentences that the study trained on hold
form feeds and hexadecimal digits in place of words. Where both digits are there, the letter that the model wrote can be told
(not whether it was the right one: a word of Danish reads well afterwards, one of Slovak in many is misspelt)."""

import re
import unicodedata

_TWO_ZEROS_TOO_MANY = re.compile(r"[\x00-\x1f][0-9a-fA-F]{2}")


def mend_escapes(token: str, script: str) -> str:
    """The token with such letters restored.

    Only a letter of the script, a combining mark or a sign is believed: where a digit was lost as well, the rest reads as
    a letter of some other script, and the token stays damaged as it was."""
    if not any(character < " " for character in token):
        return token
    return _TWO_ZEROS_TOO_MANY.sub(lambda match: _restored(match.group(), script), token)


def damage_in(token: str) -> set[str]:
    """Characters that no text holds: controls, half surrogates, the replacement character."""
    return {character for character in token if character == "\ufffd" or unicodedata.category(character) in ("Cc", "Cs")}


def _restored(found: str, script: str) -> str:
    letter = chr(ord(found[0]) * 0x100 + int(found[1:], 16))
    is_credible = unicodedata.category(letter)[0] in "PS" or unicodedata.name(letter, "").startswith((script, "COMBINING"))
    return letter if is_credible else found
