"""What the registry tells about an article that does not say its country or language, and how sure that is."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from asknews_ner.acquire.publishers.registry import Registry
from asknews_ner.records import UNKNOWN_COUNTRY

Fill = Literal["never", "sure", "hint"]
DECLARED, PUBLISHER, PUBLISHER_HINT, NOT_KNOWN = "declared", "publisher", "publisher_hint", "unknown"


@dataclass(frozen=True)
class Hint:
    """Country and languages of a publisher. Sure means: it has one. Without a publisher all is empty and nothing is sure."""

    publisher_id: str = ""
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def filled_country(self, fill: Fill) -> tuple[str, str]:
        """(country, origin) for an article that declares none: `publisher`, `publisher_hint` (the seat, one of several) or `unknown`."""
        return _filled(self.countries, fill) or (UNKNOWN_COUNTRY, NOT_KNOWN)

    def filled_language(self, fill: Fill) -> tuple[str, str]:
        """(language, origin) for an article that declares none; ("", "unknown") if nothing may be filled."""
        return _filled(self.languages, fill) or ("", NOT_KNOWN)

    def disagreements(self, country: str, language: str) -> tuple[str, ...]:
        """Notes on what an article declares and its publisher is not known for; what is declared stands. Empty: not declared."""
        notes = []
        if self.countries and country not in ("", UNKNOWN_COUNTRY, *self.countries):
            notes.append(f"country declared as {country}, the publisher {self.publisher_id} is of {' and '.join(self.countries)}")
        if self.languages and language and language not in self.languages:
            notes.append(f"language declared as {language}, the publisher {self.publisher_id} writes {' and '.join(self.languages)}")
        return tuple(notes)


def _filled(values: tuple[str, ...], fill: Fill) -> tuple[str, str] | None:
    if not values or fill == "never" or (fill == "sure" and len(values) > 1):
        return None
    return values[0], PUBLISHER if len(values) == 1 else PUBLISHER_HINT


def hint_for(registry: Registry, url: str, publisher: str, published: dt.datetime | None) -> Hint:
    """What the registry knows of the publisher at an address; of an unknown or missing one, by a name that is given as a domain.

    An article from outside the outlet's years is not by it: nothing is known of it."""
    found = registry.find(url) or registry.find(publisher)
    if found is None or not found.was_there(published.date() if published else None):
        return Hint()
    return Hint(found.id, (found.country, *found.other_countries), found.languages)


@dataclass(frozen=True)
class RegistryUse:
    """How often the registry filled a field, and how often an article declares something else."""

    countries_filled: int = 0
    languages_filled: int = 0
    articles_that_disagree: int = 0

    def plus(self, country_origin: str, language_origin: str, disagreements: int) -> "RegistryUse":
        """One more kept article."""
        of_publisher = (PUBLISHER, PUBLISHER_HINT)
        return RegistryUse(
            self.countries_filled + (country_origin in of_publisher),
            self.languages_filled + (language_origin in of_publisher),
            self.articles_that_disagree + bool(disagreements),
        )

    def as_text(self) -> str:
        """For the log; empty if there is nothing to tell."""
        if self == RegistryUse():
            return ""
        return (
            f"publisher registry: {self.countries_filled} countries and {self.languages_filled} languages filled, "
            f"{self.articles_that_disagree} articles declare what their publisher is not known for"
        )
