"""Feeds, bytes → links: RSS 0.9x to 2.0, RSS 1.0 and Atom by feedparser, JSON Feed by the standard library.

feedparser opens what it is given a name or address of, and expands entities (facts: a bomb of 1 kB became 3 MB): it is given decoded,
checked text only. A document it can read only in part is read as far as it goes, and the part that is lost is one refusal."""

import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from asknews_ner.acquire.sources.items import RefusedItem, SourceReject
from asknews_ner.acquire.sources.links import Entry, Link, is_web_address
from asknews_ner.acquire.sources.xml_text import DocumentError, unpacked, xml_text
from asknews_ner.recipe.sources import SourceParams

_ENTRY_TAG = re.compile(r"<(?:\w{1,20}:)?(?:item|entry)[\s>/]")
_CDATA_OR_COMMENT = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->", re.DOTALL)


def read_feed(body: bytes, name: str, params: SourceParams, charset: str = "") -> Iterator[Entry]:
    """All entries of a feed document, each a link or a refusal. `name`: the feed's address, for `where` and for relative links."""
    try:
        content = unpacked(body, params.max_feed_bytes)
        if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
            yield from _json_feed(content, name)
        else:
            yield from _xml_feed(xml_text(content, charset), name, params.max_feed_entries)
    except DocumentError as error:
        yield RefusedItem(name, error.reason, error.detail, url=name)


def _xml_feed(text: str, name: str, most_entries: int) -> Iterator[Entry]:
    import feedparser  # type: ignore[import-untyped]

    count = len(_ENTRY_TAG.findall(_CDATA_OR_COMMENT.sub("", text)))
    if count > most_entries:
        raise DocumentError(SourceReject.TOO_BIG, f"{count} entries, at most {most_entries}")
    try:
        parsed = feedparser.parse(
            io.BytesIO(text.encode()),
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": name},
            sanitize_html=False,  # extraction takes text out of it; nothing is shown as HTML
        )
    except (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError) as error:
        # Its loose parser does not expect everything; one such feed must not end the reading of the others.
        raise DocumentError(SourceReject.BROKEN_DOCUMENT, f"feedparser gave up ({type(error).__name__}: {error})"[:300]) from error
    if not parsed.get("version") and not parsed.entries:  # of an empty document feedparser gives no version at all
        raise DocumentError(SourceReject.NOT_A_FEED, f"begins with {text[:60]!r}")
    feed = parsed.feed
    for number, entry in enumerate(parsed.entries, 1):
        content = entry.get("content") or [{}]
        yield _link(
            f"{name}#{number}",
            _address(entry),
            str(entry.get("title") or ""),
            Link(
                where="",
                url="",
                published_at=str(entry.get("published") or entry.get("updated") or ""),
                language=str(content[0].get("language") or feed.get("language") or ""),
                publisher=_source_title(entry) or str(feed.get("title") or ""),
                licence=_licence(entry) or _licence(feed),
                html=str(content[0].get("value") or ""),
            ),
        )
    if parsed.bozo and not isinstance(parsed.bozo_exception, feedparser.CharacterEncodingOverride):
        detail = f"{parsed.bozo_exception}: {len(parsed.entries)} of {max(count, len(parsed.entries))} entries read"
        yield RefusedItem(name, SourceReject.BROKEN_DOCUMENT, detail[:300], url=name)


def _address(entry: Mapping[str, Any]) -> str:
    """The article's own address: before the proxy's that counts readers, then the link, the link to itself, the id."""
    own = [link.get("href") for link in entry.get("links", ()) if link.get("rel") in ("alternate", "self")]
    told = (entry.get("feedburner_origlink"), entry.get("link"), *own, entry.get("id"))
    given = [str(address).strip() for address in told if address]
    return next((address for address in given if is_web_address(address)), given[0] if given else "")


def _source_title(entry: Mapping[str, Any]) -> str:
    """The outlet of an entry in a feed that gathers several."""
    source = entry.get("source")
    return str(source.get("title") or "") if isinstance(source, Mapping) else ""


def _licence(part: Mapping[str, Any]) -> str:
    return str(part.get("license") or part.get("rights") or "")[:300]


def _link(where: str, url: str, title: str, said: Link) -> Entry:
    """`said`: the other fields."""
    url = url.strip()
    if not is_web_address(url):
        return RefusedItem(where, SourceReject.NO_ADDRESS, f"link: {url!r:.100}", title=title, publisher=said.publisher)
    return Link(where, url, title, said.published_at, said.language, said.publisher, said.licence, said.html)


def _json_feed(content: bytes, name: str) -> Iterator[Entry]:
    try:
        feed = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise DocumentError(SourceReject.BROKEN_DOCUMENT, f"not JSON: {error}") from error
    version = str(feed.get("version") or "") if isinstance(feed, dict) else ""
    items = feed.get("items") if isinstance(feed, dict) else None
    if "jsonfeed.org/version/" not in version or not isinstance(items, list):
        raise DocumentError(SourceReject.NOT_A_FEED, f"JSON without a JSON Feed's version and items (version {version!r:.60})")
    for number, item in enumerate(items, 1):
        where = f"{name}#{number}"
        if not isinstance(item, dict):
            yield RefusedItem(where, SourceReject.BROKEN_DOCUMENT, f"the item is of type {type(item).__name__}")
            continue
        text = {key: value for key, value in item.items() if isinstance(value, str)}
        identity = text.get("id", "")
        yield _link(
            where,
            text.get("url") or text.get("external_url") or (identity if is_web_address(identity) else ""),
            text.get("title", ""),
            Link(
                where="",
                url="",
                published_at=text.get("date_published") or text.get("date_modified") or "",
                language=text.get("language") or str(feed.get("language") or ""),
                publisher=str(feed.get("title") or ""),
                html=text.get("content_html") or text.get("content_text", ""),
            ),
        )
