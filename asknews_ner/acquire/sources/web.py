"""Feeds and sitemaps as sources: their documents are fetched (or read from this disk), then the page of every link.

What was landed before is not fetched again."""

import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Literal

from asknews_ner.acquire.deny import DenyList
from asknews_ner.acquire.fetch.types import Fetched, FetchReject, NotModified, Refusal
from asknews_ner.acquire.normalise import canonical_url, parse_time
from asknews_ner.acquire.sources.entry_text import article_of_entry
from asknews_ner.acquire.sources.feeds import read_feed
from asknews_ner.acquire.sources.items import Item, Items, Mark, RefusedItem, SeenBefore, SourceReject
from asknews_ner.acquire.sources.links import Link, SitemapLink, is_web_address
from asknews_ner.acquire.sources.page_articles import Extractor, article_of_page
from asknews_ner.acquire.sources.session import OpenFetcher, Session
from asknews_ner.acquire.sources.side_by_side import side_by_side
from asknews_ner.acquire.sources.sitemaps import read_sitemap
from asknews_ner.acquire.sources.xml_text import declared_charset
from asknews_ner.recipe.sources import SourceParams

Validator = tuple[str | None, str | None]
"""ETag and Last-Modified of a document."""
Validators = dict[str, Validator]
_AT_ONCE = 16
# A page that did not come for one of these may come next time: its document is not taken for unchanged.
_PASSING = frozenset(
    {
        FetchReject.NOT_CONNECTED, FetchReject.TOO_SLOW, FetchReject.SILENT, FetchReject.SERVER_ERROR, FetchReject.BUSY,
        FetchReject.ASKED_TO_WAIT, FetchReject.ROBOTS_UNREACHABLE, FetchReject.NAME_NOT_FOUND,
    }
)  # fmt: skip


@dataclass(frozen=True)
class LinkedSource:
    """Feeds, or sitemaps. `places`: addresses, or paths of documents on this disk. `fetcher`: None where nothing can be fetched.

    `since`: ISO date; entries that are dated before it are refused, undated ones are kept. `known`: whether an article at this canonical
    address was landed before. `deny`: what it means is not fetched."""

    kind: Literal["feeds", "sitemap"]
    places: Sequence[str]
    params: SourceParams
    extractor: Extractor
    fetcher: OpenFetcher | None = None
    since: str = ""
    known: Callable[[str], bool] = field(default=lambda _: False)
    deny: DenyList = field(default_factory=DenyList)

    def read(self, cursor: str) -> Items:
        """Document by document; the cursor holds what servers gave to ask with whether a document has changed."""
        validators: Validators = {name: (pair[0], pair[1]) for name, pair in json.loads(cursor or "{}").items()}
        walk = _Walk(deque((place, 0) for place in self.places), set(self.places))
        with Session(self.fetcher) if self.fetcher and self._fetches else nullcontext() as session:
            while walk.waiting:
                place, depth = walk.waiting.popleft()
                found = self._document(session, place, validators.get(place))
                if isinstance(found, RefusedItem):
                    yield found
                elif found is not None:  # None: unchanged
                    passing = False
                    for item in self._articles(session, self._entries(found, place, depth, walk)):
                        passing |= isinstance(item, RefusedItem) and item.reason in _PASSING
                        yield item
                    if not passing and found.validator != (None, None):
                        validators[place] = found.validator
                    yield Mark(json.dumps(validators, sort_keys=True))

    @property
    def _fetches(self) -> bool:
        """Whether anything is to be fetched: a fetcher cannot be opened without a contact."""
        return self.kind == "sitemap" or self.params.feed_text == "page" or any(map(is_web_address, self.places))

    def _document(self, session: Session | None, place: str, validator: Validator | None) -> "_Document | RefusedItem | None":
        """The document, why there is none, or None if it is unchanged."""
        if not is_web_address(place):
            return self._file(Path(place))
        if session is None:
            return RefusedItem(place, SourceReject.NOT_FETCHED, "nothing can be fetched here", place)
        etag, modified = validator or (None, None)
        answer = session.document(place, "feed" if self.kind == "feeds" else "sitemap", etag, modified)
        if isinstance(answer, NotModified):
            return None
        if isinstance(answer, Refusal):
            return RefusedItem(place, answer.reason, answer.detail, place)
        return _Document(answer.body, declared_charset(answer.content_type), (answer.etag, answer.last_modified))

    def _file(self, path: Path) -> "_Document | RefusedItem":
        if not path.is_file():
            return RefusedItem(str(path), SourceReject.NOT_FETCHED, "neither an http address nor a file on this disk")
        if path.stat().st_size > self._most_bytes:
            return RefusedItem(str(path), SourceReject.TOO_BIG, f"{path.stat().st_size} bytes, at most {self._most_bytes}")
        return _Document(path.read_bytes())

    @property
    def _most_bytes(self) -> int:
        return self.params.max_feed_bytes if self.kind == "feeds" else self.params.max_sitemap_bytes

    def _entries(self, document: "_Document", place: str, depth: int, walk: "_Walk") -> Iterator[Link | RefusedItem | SeenBefore]:
        """The document's links that are wanted, and what is refused; sitemaps inside it are put on the list of those to walk."""
        entries = (
            read_feed(document.body, place, self.params, document.charset)
            if self.kind == "feeds"
            else read_sitemap(document.body, place, self.params)
        )
        for entry in entries:
            if isinstance(entry, Link):
                yield self._chosen(entry, walk.links)
            elif isinstance(entry, RefusedItem):
                yield entry
            elif refused := self._nested(entry, depth, walk.documents):
                yield refused
            else:
                walk.documents.add(entry.url)
                walk.waiting.append((entry.url, depth + 1))

    def _nested(self, entry: SitemapLink, depth: int, asked: set[str]) -> RefusedItem | None:
        if entry.url in asked:
            return RefusedItem(entry.where, SourceReject.SAME_ADDRESS, "this sitemap was asked for already", entry.url)
        if depth >= self.params.max_sitemap_depth:
            return RefusedItem(entry.where, SourceReject.TOO_DEEP, f"deeper than {self.params.max_sitemap_depth}", entry.url)
        return None

    def _chosen(self, link: Link, seen: set[int]) -> Link | RefusedItem | SeenBefore:
        address = canonical_url(link.url) or link.url
        if hash(address) in seen:
            return _refused(link, SourceReject.SAME_ADDRESS)
        seen.add(hash(address))
        if self.deny.entries and self.deny.matches(address, address, link.publisher):
            return _refused(link, SourceReject.NOT_FETCHED, "it stands on the deny list")
        published = parse_time(link.published_at)
        limit = parse_time(self.since)
        if published and limit and published < limit:
            return _refused(link, SourceReject.TOO_OLD, f"published {published.isoformat()}")
        return SeenBefore(link.where, link.url) if self.known(address) else link

    def _articles(self, session: Session | None, entries: Iterator[Link | RefusedItem | SeenBefore]) -> Iterator[Item]:
        """Pages are fetched some at a time, so that no more of them are held."""
        while some := list(islice(entries, _AT_ONCE)):
            links = [entry for entry in some if isinstance(entry, Link)]
            yield from (entry for entry in some if not isinstance(entry, Link))
            if self.params.feed_text == "entry" and self.kind == "feeds":
                yield from map(article_of_entry, links)
            elif session is None:
                yield from (_refused(link, SourceReject.NOT_FETCHED, "nothing can be fetched here") for link in links)
            else:
                answers = session.pages([link.url for link in links])
                yield from side_by_side(zip(links, answers, strict=True), self._article, self.extractor.at_once)

    def _article(self, fetched: tuple[Link, Fetched]) -> Item:
        link, answer = fetched
        if isinstance(answer, Refusal):
            return _refused(link, answer.reason, answer.detail)
        if isinstance(answer, NotModified):
            return SeenBefore(link.where, link.url)
        at = answer.fetched_at.isoformat()
        return article_of_page(link, answer.final_url, answer.body, answer.content_type, at, self.extractor.extract, answer.decision)


@dataclass(frozen=True, slots=True)
class _Document:
    body: bytes
    charset: str = ""
    validator: Validator = (None, None)


@dataclass(slots=True)
class _Walk:
    """Documents that wait with their depth; all that were ever on the list; hashes of the canonical addresses met so far
    (64 bits: a sitemap index can lead to millions)."""

    waiting: deque[tuple[str, int]]
    documents: set[str]
    links: set[int] = field(default_factory=set)


def _refused(link: Link, reason: SourceReject | FetchReject, detail: str = "") -> RefusedItem:
    return RefusedItem(link.where, reason, detail or reason.value, link.url, link.title, link.publisher, language=link.language)
