"""Sitemaps, bytes → links: urlset, sitemap index, news sitemap, plain or gzip.

lxml with `recover=True` loses silently (facts: a bomb gave an empty tree and no word): the document is read strictly first, and only
what follows a fault is read with recovery, with the fault as a refusal."""

import io
from collections.abc import Iterator

from asknews_ner.acquire.sources.items import RefusedItem, SourceReject
from asknews_ner.acquire.sources.links import Entry, Link, SitemapLink, is_web_address
from asknews_ner.acquire.sources.xml_text import DocumentError, unpacked, xml_text
from asknews_ner.recipe.sources import SourceParams

_NEWS = "sitemap-news"
_ENTRIES = {"url", "sitemap"}


def read_sitemap(body: bytes, name: str, params: SourceParams) -> Iterator[Entry]:
    """All entries of a sitemap or sitemap index, each a link or a refusal. `name`: its address."""
    try:
        text = xml_text(unpacked(body, params.max_sitemap_bytes))
        if not text.startswith("<"):
            raise DocumentError(SourceReject.NOT_A_SITEMAP, f"begins with {text[:60]!r}")
        yield from _entries(text, name)
    except DocumentError as error:
        yield RefusedItem(name, error.reason, error.detail, url=name)


def _entries(text: str, name: str) -> Iterator[Entry]:
    fault = _fault(text)
    root, found = "", 0
    for event, tag, fields in _elements(text, recover=bool(fault)):
        root = root or tag
        if event == "end":
            found += 1
            yield _entry(f"{name}#{found}", tag, fields)
    if root not in ("urlset", "sitemapindex") and not found:
        raise DocumentError(SourceReject.NOT_A_SITEMAP, f"its root is {root or 'missing'!r:.60}{': ' + fault if fault else ''}")
    if fault:
        yield RefusedItem(name, SourceReject.BROKEN_DOCUMENT, f"{fault}: {found} entries read"[:300], url=name)


def _fault(text: str) -> str:
    """What makes the document no well-formed XML; empty if nothing does."""
    from lxml import etree  # type: ignore[import-untyped]

    try:
        for _ in _elements(text, recover=False):
            pass
    except etree.XMLSyntaxError as error:
        return str(error)
    return ""


def _elements(text: str, recover: bool) -> Iterator[tuple[str, str, dict[str, str]]]:
    """("start", tag) of the root, then ("end", tag, fields) of each entry. Holds one entry at a time."""
    from lxml import etree  # type: ignore[import-untyped]

    context = etree.iterparse(
        io.BytesIO(text.encode()),
        events=("start", "end"),
        recover=recover,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        encoding="utf-8",
    )
    depth = 0
    for event, element in context:
        tag = _local(element.tag)
        if event == "start":
            depth += 1
            if depth == 1:
                yield "start", tag, {}
            continue
        depth -= 1
        if tag in _ENTRIES:
            yield "end", tag, _fields(element)
            parent = element.getparent()
            element.clear()
            while parent is not None and element.getprevious() is not None:
                del parent[0]


def _local(tag: object) -> str:
    """The name without its namespace: sitemaps in the wild use several, or none."""
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _fields(entry: object) -> dict[str, str]:
    """Texts of the entry's elements by name; those of the news extension with `news:` before."""
    fields: dict[str, str] = {}
    for element in entry.iter():  # type: ignore[attr-defined]
        if isinstance(element.tag, str) and element.text and element.text.strip():
            prefix = "news:" if _NEWS in element.tag else ""
            fields.setdefault(prefix + _local(element.tag), element.text.strip())
    return fields


def _entry(where: str, tag: str, fields: dict[str, str]) -> Entry:
    url = fields.get("loc", "")
    title = fields.get("news:title", "")
    if not is_web_address(url):
        return RefusedItem(where, SourceReject.NO_ADDRESS, f"loc: {url!r:.100}", title=title)
    if tag == "sitemap":
        return SitemapLink(where, url)
    return Link(
        where,
        url,
        title=title,
        published_at=fields.get("news:publication_date") or fields.get("lastmod", ""),
        language=fields.get("news:language", ""),
        publisher=fields.get("news:name", ""),
    )
