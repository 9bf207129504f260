"""Pages → articles: what every page goes through, fetched now or taken from an archive."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from asknews_ner.acquire.extract.page import Extracted, ExtractReject
from asknews_ner.acquire.extract.workers import Page
from asknews_ner.acquire.sources.items import FoundArticle, RefusedItem
from asknews_ner.acquire.sources.links import Link
from asknews_ner.acquire.sources.side_by_side import side_by_side
from asknews_ner.records import RobotsDecision

Extract = Callable[[bytes, str, str], Extracted | ExtractReject]
"""(body, address, value of Content-Type) → the article's text and metadata, or why there is none."""


ExtractMany = Callable[[Iterable[Page]], Iterator[Extracted | ExtractReject]]
"""The same of a stream of pages, in their order; takes some pages ahead."""


@dataclass(frozen=True)
class Extractor:
    """`extract` may be called from `at_once` threads. `many`: who works on long streams of pages; empty: the same threads."""

    extract: Extract
    at_once: int = 1
    many: ExtractMany | None = None

    def in_order(self, pages: Iterable[Page]) -> Iterator[Extracted | ExtractReject]:
        """What becomes of each page, in the pages' order."""
        if self.many is not None:
            return self.many(pages)
        return side_by_side(pages, lambda page: self.extract(page.body, page.url, page.content_type), self.at_once)


def article_of_page(
    link: Link, address: str, body: bytes, content_type: str, fetched_at: str, extract: Extract, decision: RobotsDecision
) -> FoundArticle | RefusedItem:
    """What the page says of itself counts for more than what the link says, except the title: feeds give it without the outlet's name.

    `address`: where the page was found, which after redirects is another than the link's."""
    found = extract(body, address, content_type)
    if isinstance(found, ExtractReject):
        return RefusedItem(link.where, found.reason, found.detail, link.url, link.title, link.publisher, language=link.language)
    published = found.published_at.isoformat() if found.published_at else ""
    return FoundArticle(
        where=link.where,
        text=found.text,
        title=link.title or found.title,
        url=found.canonical_url or address,
        requested_url=link.url,
        language=found.language or link.language,
        publisher=found.site_name or link.publisher,
        # A feed's time is to the minute; a page's may be a guess.
        published_at=link.published_at or published,
        fetched_at=fetched_at,
        licence=link.licence,
        robots=decision.verdict,
        robots_evidence=decision.evidence,
    )
