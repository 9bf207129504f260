"""What a person writes for a partition, against the names that there are: a wrong one is told with the right form beside it."""

from collections.abc import Iterable
from difflib import get_close_matches

import pycountry

from asknews_ner.acquire.normalise import country_code, language_code
from asknews_ner.orchestration.partitions import COUNTRIES
from asknews_ner.recipe import LANGUAGES
from asknews_ner.records import UNKNOWN_COUNTRY


class PartitionNameError(ValueError):
    """No partition has this name; the message says which forms there are and what was probably meant."""


def country_partition(text: str) -> str:
    """The country partition of an ISO 3166-1 alpha-2 code, in capitals or not. Raises PartitionNameError for anything else."""
    if (code := text.strip().upper()) in COUNTRIES:
        return code
    form = f"give an ISO 3166-1 code of two letters such as SE, or {UNKNOWN_COUNTRY} for articles of an unknown country"
    raise PartitionNameError(f"no country partition {text!r}: {form}{_meant(near_countries(text))}")


def language_partition(text: str) -> str:
    """The language partition of an ISO 639-1 code, in small letters or not. Raises PartitionNameError for anything else."""
    if (code := text.strip().lower()) in LANGUAGES:
        return code
    raise PartitionNameError(f"no language partition {text!r}: give one of {', '.join(LANGUAGES)}{_meant(near_languages(text))}")


def near_countries(text: str) -> list[str]:
    """Codes that were probably meant, with their names: another code or name of a country, or one misspelt."""
    return _near(text, country_code(text), {country.alpha_2: country.name for country in pycountry.countries})


def near_languages(text: str) -> list[str]:
    """The same for languages."""
    return _near(
        text, language_code(text), {row.alpha_2: row.name for row in pycountry.languages if getattr(row, "alpha_2", "") in LANGUAGES}
    )


def _near(text: str, known: str, names: dict[str, str]) -> list[str]:
    codes = {name.casefold(): code for code, name in names.items()}
    found = [known] if known in names else [codes[name] for name in get_close_matches(text.strip().casefold(), codes)]
    return [f"{code} ({names[code]})" for code in found]


def _meant(names: Iterable[str]) -> str:
    listed = ", ".join(names)
    return f"; did you mean {listed}?" if listed else ""
