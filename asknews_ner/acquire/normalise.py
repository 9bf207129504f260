"""Single values made uniform: dates, countries, languages, addresses, text."""

import datetime as dt
import re
import unicodedata
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urldefrag

from asknews_ner.records import UNKNOWN_COUNTRY

_EARLIEST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
_LATEST = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
_COUNTRY_ALIASES = {"UK": "GB", "EL": "GR", "XK": UNKNOWN_COUNTRY}
_LANGUAGE_ALIASES = {"nb": "no", "nn": "no", "nob": "no", "nno": "no", "nor": "no", "ua": "uk", "se": "sv", "dk": "da"}
# Control characters except line break and tab; they come from broken exports and mean nothing in a text.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2060\ufeff]")
_BLANKS = re.compile(r"[^\S\n]+")
_LINE_BREAKS = re.compile(r"\s*\n\s*")


def clean_text(value: str) -> str:
    """NFC, no control characters, runs of blanks made one, one line break between paragraphs.

    Surrogates (undecodable input) are replaced by U+FFFD, which the quality check sees."""
    value = value.encode("utf-8", "replace").decode("utf-8")
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    value = _BLANKS.sub(" ", _CONTROLS.sub("", value))
    return _LINE_BREAKS.sub("\n", value).strip()


def parse_time(value: Any) -> dt.datetime | None:
    """A UTC time from ISO 8601, RFC 2822, seconds since 1970, or a datetime; None if it is none of these.

    A time without offset is taken as UTC. Years outside 1900 to 2099 are not publication dates: None."""
    parsed: dt.datetime | None = None
    if isinstance(value, dt.datetime):
        parsed = value
    elif isinstance(value, dt.date):
        parsed = dt.datetime(value.year, value.month, value.day)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        parsed = _from_epoch(float(value))
    elif isinstance(value, str):
        parsed = _from_text(value.strip())
    if parsed is None:
        return None
    parsed = parsed.replace(tzinfo=dt.UTC) if parsed.tzinfo is None else parsed
    try:
        parsed = parsed.astimezone(dt.UTC)
    except OverflowError:
        return None
    return parsed if _EARLIEST <= parsed < _LATEST else None


def _from_epoch(seconds: float) -> dt.datetime | None:
    try:
        return dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _from_text(value: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(value)
    except ValueError:
        pass  # not ISO 8601; RFC 2822 (feeds) is the other form that means one time only
    try:
        return parsedate_to_datetime(value)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def country_code(value: str) -> str:
    """ISO 3166-1 alpha-2 of a code or an English name; `ZZ` if it is not a country."""
    import pycountry

    wanted = value.strip().upper()
    wanted = _COUNTRY_ALIASES.get(wanted, wanted)
    if not wanted:
        return UNKNOWN_COUNTRY
    try:
        return str(pycountry.countries.lookup(wanted).alpha_2)
    except LookupError:
        return UNKNOWN_COUNTRY


def language_code(value: str) -> str:
    """ISO 639-1 (or 639-3 where there is no shorter) of a code or tag such as `pt-BR`; Norwegian is `no`."""
    import pycountry

    code = value.strip().lower().replace("_", "-").split("-")[0]
    code = _LANGUAGE_ALIASES.get(code, code)
    if len(code) == 3:
        found = pycountry.languages.get(alpha_3=code)
        code = getattr(found, "alpha_2", code) if found else code
    elif len(code) > 3:
        found = pycountry.languages.get(name=code.capitalize())
        code = getattr(found, "alpha_2", code) if found else code
    return _LANGUAGE_ALIASES.get(code, code)


def canonical_url(value: str) -> str | None:
    """The address without tracking parameters, fragment and default port; None if it is not an http(s) address."""
    from courlan import clean_url

    value = value.strip()
    if not value.lower().startswith(("http://", "https://")):
        return None
    try:
        cleaned = clean_url(value)
    except ValueError:
        return None
    return urldefrag(cleaned).url if cleaned else None


_ROBOTS = {
    **dict.fromkeys(("allowed", "allow", "yes", "true", "1"), "allowed"),
    **dict.fromkeys(("disallowed", "disallow", "denied", "no", "false", "0"), "disallowed"),
}


def robots_decision(value: Any) -> str:
    """`allowed`, `disallowed`, or `unknown` for everything that says neither."""
    return _ROBOTS.get(str(value).strip().casefold(), "unknown")
