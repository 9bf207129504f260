"""Labels as annotators write them: folded to one spelling, and to the singular."""

import re
import unicodedata
from functools import cache
from typing import Any

_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")  # PoliticalParty, but not WikiURL
_SEPARATORS = re.compile(r"[\s_\-‐-―/]+")
_SINGULAR_ENDINGS = ("as", "ics", "is", "os", "ss", "us")
"""Endings of English singulars: virus, analysis, politics, chaos, gas. The library takes some of these words for plurals."""


def fold(label: str) -> str:
    """One spelling of a label: NFKC, lower case, single blanks for underscores, hyphens, slashes and the humps of CamelCase."""
    normal = unicodedata.normalize("NFKC", label).strip()
    return _SEPARATORS.sub(" ", _HUMPS.sub(" ", normal)).strip().casefold()


def singular(folded: str) -> str:
    """The English singular that a folded label may have (`works of art` → `work of art`), else the label itself.

    A guess for looking up: of words that are no plurals the library makes wrong ones, which no ontology knows."""
    if not any(character.isalpha() for character in folded):
        return folded
    return str(_english().singular_noun(folded) or folded)


def proposed_name(label: str) -> str:
    """The name that an unknown label gets as a proposed type: folded, and in the singular where its ending is surely a plural's."""
    folded = fold(label)
    made = singular(folded)
    changed = [word for word, other in zip(folded.split(), made.split(), strict=False) if word != other]
    sure = any(character.isalpha() for character in made) and not any(word.endswith(_SINGULAR_ENDINGS) for word in changed)
    return made if sure else folded


@cache
def _english() -> Any:
    import inflect  # two seconds: only unknown labels need it

    return inflect.engine()
