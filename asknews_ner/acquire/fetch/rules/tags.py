"""What an answer itself says about training: response headers and the page's meta tags."""

import datetime as dt
import html
import re
from collections.abc import Iterator
from functools import cache

from multidict import CIMultiDictProxy

from asknews_ner.acquire.fetch.rules.tdmrep import is_reserved
from asknews_ner.acquire.fetch.rules.vocabulary import reserving_pair, vocabulary
from asknews_ner.acquire.fetch.settings import PRODUCT
from asknews_ner.recipe import FetchParams
from asknews_ner.recipe.fetch import OptOut
from asknews_ner.records import Statement

Reserving = tuple[OptOut, str]
"""(kind of opt-out, what it says)"""
# Possessive and bounded: no page makes these slow. A tag inside a comment counts as well, which errs on the publisher's side.
_META = re.compile(rb"<meta\b(?>[^>\"']++|\"[^\"]{0,4000}+\"|'[^']{0,4000}+')*+", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([a-z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_BYTE_ORDERS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def statements_of_answer(
    headers: CIMultiDictProxy[str], page: bytes, params: FetchParams, where: str, at: dt.datetime
) -> tuple[Statement, ...]:
    """What an answer says about training, as far as the recipe honours it. `page`: the body where it can hold meta tags, else empty."""
    found = (*reserved_by_headers(headers, params.opt_out_tags), *reserved_by_meta(page, params.opt_out_tags))
    said = tuple(Statement(source, "disallowed", rule, where, at) for source, rule in found if source in params.opt_outs)
    if "tags" in params.opt_outs and not any(statement.source == "tags" for statement in said):
        return (*said, Statement("tags", "allowed", "no directive against it", where, at))
    return said


def reserved_by_headers(headers: CIMultiDictProxy[str], opt_out_tags: tuple[str, ...]) -> Iterator[Reserving]:
    """X-Robots-Tag, tdm-reservation, Content-Signal, Content-Usage."""
    for value in headers.getall("X-Robots-Tag", []):
        if found := _directive(value, opt_out_tags):
            yield "tags", f"X-Robots-Tag: {found}"
    if any(is_reserved(value) for value in headers.getall("tdm-reservation", [])):
        yield "tdmrep", "tdm-reservation: 1"
    for name in vocabulary().signals:
        if pair := next((found for value in headers.getall(name, []) if (found := reserving_pair(name, value))), ""):
            yield "robots-signals", f"{name}: {pair}"


def reserved_by_meta(body: bytes, opt_out_tags: tuple[str, ...]) -> Iterator[Reserving]:
    """`robots` (and the names of agents that gather training data) and `tdm-reservation`, anywhere in the page."""
    encoding = _BYTE_ORDERS.get(body[:2])
    page = body.decode(encoding, "replace").encode() if encoding else body
    names, worth_reading = _names(), _worth_reading(opt_out_tags)
    for match in _META.finditer(page):
        if not worth_reading.search(match[0]):
            continue
        attributes = _attributes(match[0])
        name, content = attributes.get("name", "").strip().lower(), attributes.get("content", "")
        if name == "tdm-reservation" and is_reserved(content):
            yield "tdmrep", 'meta tdm-reservation: "1"'
        elif name in names and (found := _directive(content, opt_out_tags)):
            yield "tags", f"meta {name}: {found}"


@cache
def _names() -> frozenset[str]:
    """Names of meta tags that are read as `robots` is."""
    return frozenset({"robots", PRODUCT, *(agent.name.lower() for agent in vocabulary().agents)})


@cache
def _worth_reading(opt_out_tags: tuple[str, ...]) -> re.Pattern[bytes]:
    """What stands in any tag that could reserve; most tags are about pictures and sizes. `&`: it may be written in entities."""
    wanted = "|".join(re.escape(part) for part in [*opt_out_tags, "tdm-reservation", "&"])
    return re.compile(wanted.encode(), re.IGNORECASE)


def _attributes(tag: bytes) -> dict[str, str]:
    text = tag[:8000].decode("utf-8", "replace")
    return {match[1].lower(): html.unescape(match[2] or match[3] or match[4] or "") for match in _ATTRIBUTE.finditer(text)}


def _directive(value: str, wanted: tuple[str, ...]) -> str:
    """The first of the wanted directives in `noai, otherbot: noindex`. Whichever agent it is said to, it is said of training."""
    given = {part.rpartition(":")[2].strip().lower() for part in value.split(",")}
    return next((directive for directive in wanted if directive.lower() in given), "")
