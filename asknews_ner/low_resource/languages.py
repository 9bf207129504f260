"""The eleven languages of the study, with their label sets, related languages and scripts (facts: papers.md §2.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

TYPE_DEFINITIONS: Mapping[str, str] = MappingProxyType(
    {
        "PER": "name of a person",
        "ORG": "name of an organisation, company, institution or team",
        "LOC": "name of a place, country, city or region",
        "DATE": "date or period of days",
    }
)
"""The entity types as the prompt explains them. The study gave no legend at all, and its models confused the integers."""

_NEWS = ("PER", "ORG", "LOC")
_MASAKHA = (*_NEWS, "DATE")


@dataclass(frozen=True, slots=True)
class TargetLanguage:
    """One language of the study."""

    code: Annotated[str, "the study's code, also in its file names"]
    name: Annotated[str, "English name, as the prompt says it"]
    identifier_code: Annotated[str, "ISO 639-1 code, which language identifiers answer with"]
    related: Annotated[str, "code of the language whose human data trains the model first"]
    types: Annotated[tuple[str, ...], "entity types of the human data"]
    script: Annotated[str, "first word of the Unicode names of its letters"]
    human_data: Annotated[str, "where the study's human data comes from"]

    @property
    def tags(self) -> tuple[str, ...]:
        """BIO tags in the order of the study's integers: O is 0, B-PER 1, I-PER 2, B-ORG 3 and so on."""
        return tags_of(self.types)


def tags_of(types: Sequence[str]) -> tuple[str, ...]:
    """`O`, then B and I of each type in the order given."""
    return ("O", *(f"{prefix}-{name}" for name in types for prefix in "BI"))


_ALL = (
    TargetLanguage("kn", "Kannada", "kn", "te", _NEWS, "KANNADA", "ai4bharat/naamapadam"),
    TargetLanguage("ta", "Tamil", "ta", "te", _NEWS, "TAMIL", "ai4bharat/naamapadam"),
    TargetLanguage("te", "Telugu", "te", "kn", _NEWS, "TELUGU", "ai4bharat/naamapadam"),
    TargetLanguage("ml", "Malayalam", "ml", "ta", _NEWS, "MALAYALAM", "ai4bharat/naamapadam"),
    TargetLanguage("kin", "Kinyarwanda", "rw", "swa", _MASAKHA, "LATIN", "masakhane/masakhaner2"),
    TargetLanguage("swa", "Swahili", "sw", "kin", _MASAKHA, "LATIN", "masakhane/masakhaner2"),
    TargetLanguage("ibo", "Igbo", "ig", "yor", _MASAKHA, "LATIN", "masakhane/masakhaner2"),
    TargetLanguage("yor", "Yoruba", "yo", "ibo", _MASAKHA, "LATIN", "masakhane/masakhaner2"),
    TargetLanguage("da", "Danish", "da", "sv", _NEWS, "LATIN", "Universal NER da_ddt"),
    TargetLanguage("sv", "Swedish", "sv", "da", _NEWS, "LATIN", "Universal NER sv_talbanken"),
    TargetLanguage("sk", "Slovak", "sk", "en", _NEWS, "LATIN", "Universal NER sk_snk"),
)

LANGUAGES: Mapping[str, TargetLanguage] = MappingProxyType({language.code: language for language in _ALL})
"""By code, in the order of the study's tables. English, the related language of Slovak, is a source only."""


def language_of(code: str) -> TargetLanguage:
    """The language of a code; raises ValueError naming the known ones."""
    if code not in LANGUAGES:
        raise ValueError(f"{code!r} is not a language of the low-resource study; known are {', '.join(LANGUAGES)}")
    return LANGUAGES[code]
