"""What extraction makes of a page."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from asknews_ner.records import Reason


class ExtractFault(Reason):
    """Why a page can leave before it is an article."""

    NOT_HTML = "the answer is not HTML"
    TOO_BIG = "the page has more bytes than the recipe's max_bytes"
    NO_TEXT = "no main text was found"
    BOILERPLATE = "consent banners, paywall notices and the like make up too much of the text"
    WALL = "the page is a consent page, a bot check or an error page"
    PARSER_FAILED = "a parser gave up on the page"
    OUT_OF_MEMORY = "the page took more memory than the recipe's memory_mib"
    TOO_SLOW = "the page took longer than the recipe's cpu_seconds or wall_seconds"
    WORKER_DIED = "the process that read the page died"


@dataclass(frozen=True, slots=True)
class ExtractReject:
    """A page of which no article was made."""

    reason: Annotated[ExtractFault, "why"]
    detail: Annotated[str, "what exactly was found"]


@dataclass(frozen=True, slots=True)
class Extracted:
    """An article as its page tells it. What the page does not tell is empty."""

    title: Annotated[str, "headline"]
    text: Annotated[str, "main text, paragraphs separated by line breaks, without the title"]
    author: Annotated[str, "names, separated by `; `"]
    published_at: Annotated[dt.datetime | None, "publication time in UTC; midnight where only the day is known"]
    date_origin: Annotated[str, "`json-ld`, `meta`, `markup` or `guessed`, where the date stood; empty without one"]
    date_confidence: Annotated[float, "share of right days among dates of this origin, as measured; 0 without one"]
    language: Annotated[str, "ISO 639-1 code that the page declares"]
    canonical_url: Annotated[str, "address the page gives as its own, without tracking parameters; else the one it was fetched from"]
    site_name: Annotated[str, "name of the outlet"]
    paywalled: Annotated[bool, "whether the page says that it is not free to read"]
    charset: Annotated[str, "how the bytes were read"]
    extractor: Annotated[str, "library that found the text, with its version"]
    notes: Annotated[tuple[str, ...], "what was wrong with the page and mended or ignored"]
