"""Words as skeletons of consonants, the same for a name in different scripts ("Тилолоев", "Tilloev" → `tlf`)."""

import re
from functools import lru_cache

_SIMPLE = str.maketrans({"p": "b", "v": "f", "c": "k", "q": "k", "j": "g", "z": "s", "d": "t", "x": "k"})
_SILENT = re.compile(r"[aeiouywh'`]|[^a-z]")


@lru_cache(maxsize=100_000)
def consonants(word: str) -> str:
    """The consonants of a word in Latin letters, like sounds made one, doubles single."""
    from anyascii import anyascii

    bare = _SILENT.sub("", anyascii(word).lower().translate(_SIMPLE))
    return re.sub(r"(.)\1+", r"\1", bare)
