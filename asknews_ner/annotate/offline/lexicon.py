"""The word lists of one language (lexicon/<language>.yaml), and the names that packages carry."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

from asknews_ner.yaml_text import loaded


@dataclass(frozen=True)
class Lexicon:
    """Case-folded word lists of one language. Fields are named as in the YAML files."""

    language: str
    titles: frozenset[str]
    speech_verbs: frozenset[str]
    organization_heads: frozenset[str]
    organization_suffixes: tuple[str, ...]
    facility_heads: frozenset[str]
    facility_suffixes: tuple[str, ...]
    event_heads: frozenset[str]
    event_suffixes: tuple[str, ...]
    law_heads: frozenset[str]
    law_suffixes: tuple[str, ...]
    location_heads: frozenset[str]
    location_suffixes: tuple[str, ...]
    location_prepositions: frozenset[str]
    vehicle_heads: frozenset[str]
    demonyms: frozenset[str]
    units: tuple[str, ...]
    number_words: tuple[str, ...]
    percent_words: tuple[str, ...]
    currency_words: tuple[str, ...]
    time_words: tuple[str, ...]
    relative_dates: tuple[str, ...]
    function_words: frozenset[str]
    common_capitalised: frozenset[str]


def lexicon_text(language: str) -> str:
    """The file's text; part of the offline annotator's fingerprint."""
    return resources.files("asknews_ner.annotate.offline").joinpath("lexicon", f"{language}.yaml").read_text(encoding="utf-8")


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language; English for one that has none (its names are found by their capitals)."""
    known = language if language in {"ar", "da", "de", "en", "es", "fr", "it", "no", "pt", "ru", "sv", "uk"} else "en"
    raw = loaded(lexicon_text(known))
    values: dict[str, object] = {}
    for name, annotation in Lexicon.__annotations__.items():
        if name == "language":
            values[name] = known
            continue
        words = raw[name]
        if isinstance(words, dict):
            words = [form for forms in words.values() for form in forms]
        folded = [str(word).casefold().strip("-").strip() for word in words]
        # Longest first: alternations of a regular expression take the first that fits.
        ordered = tuple(sorted({word for word in folded if word}, key=lambda word: (-len(word), word)))
        values[name] = frozenset(ordered) if "frozenset" in str(annotation) else ordered
    return Lexicon(**values)  # type: ignore[arg-type]
