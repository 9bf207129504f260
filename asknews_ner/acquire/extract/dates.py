"""When a page was published, and how sure that is."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asknews_ner.acquire.normalise import parse_time

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_META_NAMES = (
    "article:published_time", "og:article:published_time", "datepublished", "article:published", "og:published_time", "pubdate",
    "publishdate", "publish-date", "publication_date", "date", "dc.date", "dc.date.issued", "dcterms.created", "sailthru.date",
    "parsely-pub-date", "cxenseparse:recs:publishtime", "iso-8601-publish-date",
)  # fmt: skip
_MARKED = '[itemprop="datePublished"], time[pubdate], article time[datetime], time[datetime]'
CONFIDENCE = {"json-ld": 0.99, "meta": 0.97, "markup": 0.9, "guessed": 0.5}
"""Share of right days by origin. On the shared publishers' pages (benchmarks/extraction.py) 90 of 90, 7 of 7, 1 of 1 and 1 of 2: few pages
declare no date in their head, so that the last two are cautious guesses."""


@dataclass(frozen=True, slots=True)
class PageDate:
    """A publication time in UTC and where it stood."""

    at: dt.datetime | None = None
    origin: str = ""

    @property
    def confidence(self) -> float:
        """Share of right days among dates of this origin; 0 without a date."""
        return CONFIDENCE.get(self.origin, 0.0)


def declared_date(tree: "LexborHTMLParser", linked: str, tags: dict[str, str]) -> PageDate:
    """The date that the page declares: JSON-LD, then `<meta>`, then marked-up times."""
    if at := parse_time(linked):
        return PageDate(at, "json-ld")
    for name in _META_NAMES:
        if at := parse_time(tags.get(name)):
            return PageDate(at, "meta")
    for node in tree.css(_MARKED):
        if at := parse_time(node.attributes.get("datetime") or node.attributes.get("content")):
            return PageDate(at, "markup")
    return PageDate()


def guessed_date(html: str, url: str) -> PageDate:
    """A day found by htmldate's patterns in address, markup and text. Costs as much as extraction: only where nothing is declared."""
    from htmldate import find_date

    found = find_date(html, url=url or None, original_date=True)
    return PageDate(parse_time(found), "guessed") if found else PageDate()
