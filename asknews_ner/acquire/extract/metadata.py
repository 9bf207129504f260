"""Title, authors, language, canonical address, outlet and paywall flag, from what the page says of itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from asknews_ner.acquire.extract.charset import mend_mojibake
from asknews_ner.acquire.extract.json_ld import LinkedData, read_linked_data
from asknews_ner.acquire.normalise import canonical_url, clean_text, language_code

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_SEPARATED = re.compile(r"\s+[|–—•·»\-:]+\s+|\s*\|\s*")
_BYLINE_START = re.compile(r"^(?:by|von|par|por|de|di|av|af|от|від|بقلم)\s+", re.IGNORECASE)
_NOT_A_NAME = re.compile(r"https?://|www\.|@|\d{3,}")
_LOCKED = ("locked", "metered", "premium", "paid", "subscriber", "hard", "closed")
_MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class Metadata:
    """Everything but text and date; empty strings where the page says nothing."""

    title: str
    authors: tuple[str, ...]
    language: str
    canonical_url: str
    site_name: str
    paywalled: bool
    linked: LinkedData
    tags: dict[str, str]
    faults: tuple[str, ...]


def read_metadata(tree: "LexborHTMLParser", url: str) -> Metadata:
    """The metadata of a parsed page that was fetched from `url` (which may be empty)."""
    linked = read_linked_data([node.text() for node in tree.css('script[type="application/ld+json"]')])
    tags = meta_tags(tree)
    site = _plain(tags.get("og:site_name", "") or linked.publisher)
    return Metadata(
        title=_title(tree, linked, tags, site),
        authors=_authors(tree, linked, tags),
        language=_language(tree, linked, tags),
        canonical_url=_canonical(tree, tags, url),
        site_name=site,
        paywalled=linked.free is False or tags.get("article:content_tier", "").lower() in _LOCKED,
        linked=linked,
        tags=tags,
        faults=linked.faults,
    )


def meta_tags(tree: "LexborHTMLParser") -> dict[str, str]:
    """Content of each `<meta>` by its lower-case name, property, itemprop or http-equiv; the first one that is not empty stays."""
    found: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        content = (attributes.get("content") or "").strip()
        for key in ("property", "name", "itemprop", "http-equiv"):
            name = (attributes.get(key) or "").strip().lower()
            if name and content:
                found.setdefault(name, content)
    return found


def _title(tree: "LexborHTMLParser", linked: LinkedData, tags: dict[str, str], site: str) -> str:
    """The `<h1>` that says what the page's head says; else what the head says, without the outlet's name; else the first `<h1>`."""
    head = [
        _plain(text) for text in (tags.get("og:title", ""), linked.headline, tags.get("twitter:title", ""), _text_of(tree, "head title"))
    ]
    named = [_without_site(text, site) for text in head if text]
    headings = list(dict.fromkeys(filter(None, (_plain(node.text(separator=" ")) for node in tree.css("h1")))))
    by_letters = {_letters(heading): heading for heading in reversed(headings)}
    for text in (*head, *named):
        if heading := by_letters.get(_letters(text)):
            return heading
    return next(iter([*named, *headings]), "")


def _without_site(title: str, site: str) -> str:
    """A title without the outlet's name at its end or start."""
    parts = [part for part in _SEPARATED.split(title) if part.strip()]
    if len(parts) < 2 or not site:
        return title
    for edge in (-1, 0):
        if _letters(parts[edge]) and _letters(parts[edge]) in (_letters(site), _letters(site.split(".", maxsplit=1)[0])):
            at = title.rfind(parts[-1]) if edge else title.find(parts[1])
            return (title[:at] if edge else title[at:]).strip(" |–—•·»-:")
    return title


def _authors(tree: "LexborHTMLParser", linked: LinkedData, tags: dict[str, str]) -> tuple[str, ...]:
    marked = [node.text(separator=" ") for node in tree.css('[rel="author"], [itemprop="author"]')]
    sources: Sequence[Sequence[str]] = (linked.authors, [tags.get("author", "")], [tags.get("article:author", "")], marked)
    for names in sources:
        plain = (_BYLINE_START.sub("", _plain(name)) for name in names)
        usable = dict.fromkeys(name for name in plain if name and len(name) <= _MAX_NAME and not _NOT_A_NAME.search(name))
        if usable:
            return tuple(usable)
    return ()


def _language(tree: "LexborHTMLParser", linked: LinkedData, tags: dict[str, str]) -> str:
    root = tree.css_first("html")
    declared = (root.attributes.get("lang") or root.attributes.get("xml:lang") or "") if root else ""
    for value in (declared, tags.get("og:locale", ""), tags.get("content-language", ""), linked.language):
        if re.match(r"[A-Za-z]{2,3}(?![A-Za-z])", value.strip()):
            return language_code(value)
    return ""


def _canonical(tree: "LexborHTMLParser", tags: dict[str, str], url: str) -> str:
    """The address the page gives as its own. One that names only the outlet's front page is a mistake: then the fetched one."""
    link = tree.css_first('link[rel="canonical"]')
    fetched = canonical_url(url) or ""
    for value in ((link.attributes.get("href") or "") if link else "", tags.get("og:url", "")):
        try:
            found = canonical_url(urljoin(url, value)) if value else None
            path = urlsplit(found or "").path
        except ValueError:
            continue  # not an address; the next one may be
        if found and (path.strip("/") or not fetched):
            return found
    return fetched


def _text_of(tree: "LexborHTMLParser", selector: str) -> str:
    node = tree.css_first(selector)
    return node.text() if node else ""


def _plain(value: str) -> str:
    return " ".join(mend_mojibake(clean_text(value)).split())


def _letters(value: str) -> str:
    return re.sub(r"\W+", "", value.casefold())
