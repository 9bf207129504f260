"""A word as numbers: hashed character n-grams, the word itself, and its shape."""

import zlib

from asknews_ner.recipe import CharacterParams

_SHAPE_CHARACTERS = 8


def word_features(word: str, params: CharacterParams) -> list[int]:
    """Rows of the n-gram table for a word: the whole of it and each n-gram, lower-cased and with its borders.

    CRC-32 is the same on every machine and in every run, unlike `hash`."""
    bordered = f"<{word.lower()}>"
    grams = [
        bordered[start : start + length]
        for length in range(params.shortest, params.longest + 1)
        for start in range(len(bordered) - length + 1)
    ]
    return [_row(name, params.buckets) for name in (f"word {bordered}", *grams)]


def sign_features(word: str, params: CharacterParams) -> list[int]:
    """Rows of the table of signs for a word: its shape, and whether it begins with a capital, is all capitals, is all letters.

    They have a table of their own: among dozens of n-grams they would not be heard."""
    signs = (f"shape {shape(word)}", f"begins {word[:1].isupper()}", f"capitals {word.isupper()}", f"letters {word.isalpha()}")
    return [_row(name, params.sign_buckets) for name in signs]


def shape(word: str) -> str:
    """Capitals as X, other letters as x, digits as d, repetitions left out: `Odense` is Xx, `2.000` is d.d."""
    found = ""
    for character in word:
        kind = "X" if character.isupper() else "x" if character.isalpha() else "d" if character.isdigit() else character
        if not found.endswith(kind):
            found += kind
    return found[:_SHAPE_CHARACTERS]


def _row(name: str, buckets: int) -> int:
    return zlib.crc32(name.encode("utf-8", "surrogatepass")) % buckets
