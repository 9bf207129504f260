"""Readers of pages that are compared: plain trafilatura, the fast parser alone, and ours."""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from asknews_ner.acquire.extract.extract import extract_page
from asknews_ner.acquire.extract.page import Extracted
from asknews_ner.acquire.normalise import parse_time
from asknews_ner.recipe import ExtractParams
from extraction_parts.pages import RawPage


@dataclass(frozen=True)
class Read:
    """What a reader found; `by`: the extractor, where there are two."""

    text: str = ""
    title: str = ""
    day: str = ""
    authors: tuple[str, ...] = ()
    by: str = ""
    date_origin: str = ""


Reader = Callable[[RawPage], Read]


def plain_trafilatura(page: RawPage, fast: bool = False) -> Read:
    """As its users call it, from bytes to text and metadata."""
    from trafilatura import bare_extraction

    found = bare_extraction(page.body, url=page.url or None, include_comments=False, with_metadata=True, fast=fast)
    if found is None:
        return Read()
    authors = tuple((getattr(found, "author", None) or "").split("; "))
    return Read(getattr(found, "text", "") or "", getattr(found, "title", "") or "", getattr(found, "date", "") or "", authors)


def fast_trafilatura(page: RawPage) -> Read:
    return plain_trafilatura(page, fast=True)


def plain_resiliparse(page: RawPage) -> Read:
    """Bytes → main content, with its own charset detection; the title is the page's `<title>`."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse(bytes_to_str(page.body, detect_encoding(page.body) or "utf-8"))
    return Read(extract_plain_text(tree, main_content=True, alt_texts=False), tree.title or "")


def ours(params: ExtractParams) -> Reader:
    """Our extraction with a recipe's parameters, in this process."""

    def read(page: RawPage) -> Read:
        found = extract_page(page.body, page.url, "text/html", params)
        if not isinstance(found, Extracted):
            return Read()
        day = local_day(found, page)
        return Read(found.text, found.title, day, tuple(found.author.split("; ")), found.extractor.split()[0], found.date_origin)

    return read


def local_day(found: Extracted, page: RawPage) -> str:
    """The day of a date, in the offset of the expected one: a day at 23:00 UTC is the next one in Japan. A guessed day stays."""
    if found.published_at is None:
        return ""
    wanted = parse_time_with_offset(page.date)
    at = found.published_at
    return (at.astimezone(wanted.tzinfo) if wanted is not None and wanted.tzinfo and at.time() != at.min.time() else at).date().isoformat()


def parse_time_with_offset(value: str | None) -> dt.datetime | None:
    """The expected date with its own offset; None if there is none."""
    return dt.datetime.fromisoformat(value) if value and parse_time(value) else None


def silence() -> None:
    """Libraries log each broken page."""
    logging.disable(logging.CRITICAL)
