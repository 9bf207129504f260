"""The eleven languages of the study, with their label sets, related languages and scripts (facts: papers.md §2.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from asknews_ner.recipe import StudyLanguage

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
    related: Annotated[str, "code of the language whose human data trains the model first; empty: none"]
    types: Annotated[tuple[str, ...], "entity types of the human data"]
    script: Annotated[str, "first word of the Unicode names of its letters"]
    human_data: Annotated[str, "hub name of the human data, with its configuration after a colon where that is not the code"]
    published: Annotated[tuple[int, int, int] | None, "its published sentences for training, validation and test"] = None
    folder: Annotated[str, "its folder below that of all human data; empty: found by the corpus's own layout"] = ""
    is_target: Annotated[bool, "whether it is studied itself; its human data may serve related languages in any case"] = True

    @property
    def tags(self) -> tuple[str, ...]:
        """BIO tags in the order of the study's integers: O is 0, B-PER 1, I-PER 2, B-ORG 3 and so on."""
        return tags_of(self.types)


def tags_of(types: Sequence[str]) -> tuple[str, ...]:
    """`O`, then B and I of each type in the order given."""
    return ("O", *(f"{prefix}-{name}" for name in types for prefix in "BI"))


_NAAMAPADAM, _MASAKHANER = "ai4bharat/naamapadam", "masakhane/masakhaner2"
_UNER = "universalner/universal_ner"
_ALL = (
    TargetLanguage("kn", "Kannada", "kn", "te", _NEWS, "KANNADA", _NAAMAPADAM),
    TargetLanguage("ta", "Tamil", "ta", "te", _NEWS, "TAMIL", _NAAMAPADAM),
    TargetLanguage("te", "Telugu", "te", "kn", _NEWS, "TELUGU", _NAAMAPADAM),
    TargetLanguage("ml", "Malayalam", "ml", "ta", _NEWS, "MALAYALAM", _NAAMAPADAM),
    TargetLanguage("kin", "Kinyarwanda", "rw", "swa", _MASAKHA, "LATIN", _MASAKHANER, (7825, 1118, 2235)),
    TargetLanguage("swa", "Swahili", "sw", "kin", _MASAKHA, "LATIN", _MASAKHANER, (6593, 942, 1883)),
    TargetLanguage("ibo", "Igbo", "ig", "yor", _MASAKHA, "LATIN", _MASAKHANER, (7634, 1090, 2181)),
    TargetLanguage("yor", "Yoruba", "yo", "ibo", _MASAKHA, "LATIN", _MASAKHANER, (6877, 983, 1964)),
    TargetLanguage("da", "Danish", "da", "sv", _NEWS, "LATIN", f"{_UNER}:da_ddt", (4383, 564, 565)),
    TargetLanguage("sv", "Swedish", "sv", "da", _NEWS, "LATIN", f"{_UNER}:sv_talbanken", (4303, 504, 1219)),
    TargetLanguage("sk", "Slovak", "sk", "en", _NEWS, "LATIN", f"{_UNER}:sk_snk", (8483, 1060, 1061)),
)
_ENGLISH = TargetLanguage("en", "English", "en", "", _NEWS, "LATIN", f"{_UNER}:en_ewt", (12543, 2001, 2077), is_target=False)

LANGUAGES: Mapping[str, TargetLanguage] = MappingProxyType({language.code: language for language in _ALL})
"""By code, in the order of the study's tables. English, the related language of Slovak, is a source only."""


def study_languages(own: Mapping[str, StudyLanguage]) -> Mapping[str, TargetLanguage]:
    """The study's languages and English, with those of the recipe beside them or in their place, by code."""
    return MappingProxyType({**LANGUAGES, _ENGLISH.code: _ENGLISH, **{code: _from_recipe(code, one) for code, one in own.items()}})


def _from_recipe(code: str, own: StudyLanguage) -> TargetLanguage:
    return TargetLanguage(
        code,
        own.name,
        own.identifier_code,
        own.related or "",
        own.types,
        own.script,
        own.corpus,
        own.published,
        own.folder,
        own.is_target,
    )


def language_of(code: str) -> TargetLanguage:
    """The language of a code; raises ValueError naming the known ones."""
    if code not in LANGUAGES:
        raise ValueError(f"{code!r} is not a language of the low-resource study; known are {', '.join(LANGUAGES)}")
    return LANGUAGES[code]
