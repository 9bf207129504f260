"""One public news publisher, as it stands in the registry."""

import datetime as dt
from functools import cache
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, model_validator

from asknews_ner.acquire.publishers.hosts import domain_fault, host_of
from asknews_ner.recipe.base import Frozen

Kind = Literal["newspaper", "broadcaster", "agency", "online"]
KINDS: tuple[Kind, ...] = get_args(Kind)
UNKNOWN = "unknown"


@cache
def _countries() -> frozenset[str]:
    import pycountry

    return frozenset(country.alpha_2 for country in pycountry.countries)


@cache
def _languages() -> frozenset[str]:
    import pycountry

    return frozenset(language.alpha_2 for language in pycountry.languages if hasattr(language, "alpha_2"))


def _country(code: str) -> str:
    if code not in _countries():
        raise ValueError(f"{code!r} is not an ISO 3166-1 alpha-2 code of a country; give one such as GB")
    return code


def _language(code: str) -> str:
    if code not in _languages():
        raise ValueError(f"{code!r} is not an ISO 639-1 code of a language; give one such as en (Norwegian is no)")
    return code


def _domain(domain: str) -> str:
    if fault := domain_fault(domain):
        raise ValueError(fault)
    return domain


def _address(address: str) -> str:
    if not address.startswith(("http://", "https://")) or host_of(address) is None or any(sign.isspace() for sign in address):
        raise ValueError(f"{address!r} is not an http(s) address")
    return address


Country = Annotated[str, AfterValidator(_country)]
Language = Annotated[str, AfterValidator(_language)]
Domain = Annotated[str, AfterValidator(_domain)]
Address = Annotated[str, AfterValidator(_address)]


class _Cited(Frozen):
    """A stance that is known only where somebody can look it up."""

    source: Address | None = Field(default=None, description="where the stance is stated")
    as_of: dt.date | None = Field(default=None, description="when the source said so")

    @model_validator(mode="after")
    def _known_with_source(self) -> "_Cited":
        known = getattr(self, "stance", UNKNOWN) != UNKNOWN
        if known != (self.source is not None):
            raise ValueError("a stance that is not `unknown` needs a `source`, and one that is has none")
        return self


class LicenceStance(_Cited):
    """Under which licence the publisher's articles stand as a rule."""

    stance: str = Field(default=UNKNOWN, min_length=1, description="an SPDX name such as CC-BY-3.0, or `unknown`")


class RobotsStance(_Cited):
    """What the publisher's robots.txt says to crawlers that gather training data. What counts is the file of the day of fetching."""

    stance: Literal["unknown", "allows", "restricts_ai", "disallows"] = "unknown"


class MiningStance(_Cited):
    """Whether the publisher reserves text and data mining, in its terms or by TDMRep."""

    stance: Literal["unknown", "permitted", "reserved"] = "unknown"


class Publisher(Frozen):
    """A public news outlet. All of it is public knowledge; no personal data stands here."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_]*$", description="never changes; an entry of your own with the same id replaces this one")
    name: str = Field(min_length=1)
    domains: tuple[Domain, ...] = Field(min_length=1, description="the publisher's own, its subdomains are meant as well")
    country: Country = Field(description="ISO 3166-1 alpha-2 of the publisher's seat")
    other_countries: tuple[Country, ...] = Field(
        default=(), description="where it has editions or owners as well: `country` is then only a hint"
    )
    languages: tuple[Language, ...] = Field(min_length=1, description="ISO 639-1, the main one first; several are only a hint")
    kind: Kind
    feeds: tuple[Address, ...] = Field(default=(), description="addresses of RSS, Atom or JSON feeds")
    licence: LicenceStance = LicenceStance()
    robots: RobotsStance = RobotsStance()
    text_and_data_mining: MiningStance = MiningStance()
    valid_from: dt.date | None = Field(default=None, description="first day on which the domains were this publisher's, where known")
    valid_until: dt.date | None = Field(default=None, description="last day on which the outlet published there, where known")
    verified: bool = Field(description="whether domains and feeds have been tried (asknews-ner publishers verify)")

    @model_validator(mode="after")
    def _consistent(self) -> "Publisher":
        for name in ("domains", "languages", "other_countries", "feeds"):
            values = getattr(self, name)
            if len(set(values)) < len(values):
                raise ValueError(f"{name}: a value stands there twice")
        if self.country in self.other_countries:
            raise ValueError(f"other_countries: {self.country} is the seat already")
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise ValueError(f"valid_from ({self.valid_from}) is later than valid_until ({self.valid_until})")
        return self

    def was_there(self, day: dt.date | None) -> bool:
        """Whether the outlet published on a day; true where the day or the limits are not known."""
        if day is None:
            return True
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_until is None or day <= self.valid_until)
