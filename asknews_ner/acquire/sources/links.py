"""What feeds and sitemaps are read into: links to articles, with what is said about them."""

from dataclasses import dataclass
from typing import Annotated

from asknews_ner.acquire.sources.items import RefusedItem


@dataclass(frozen=True, slots=True)
class Link:
    """An article's address, and what the feed or sitemap says about it."""

    where: Annotated[str, "document and number of the entry"]
    url: str
    title: str = ""
    published_at: str = ""
    language: str = ""
    publisher: str = ""
    licence: str = ""
    html: Annotated[str, "the article's own text, where the feed carries it"] = ""


@dataclass(frozen=True, slots=True)
class SitemapLink:
    """Another sitemap, in a sitemap index."""

    where: str
    url: str


Entry = Link | SitemapLink | RefusedItem


def is_web_address(value: str) -> bool:
    """Whether this is an absolute http or https address."""
    return value.lower().startswith(("http://", "https://")) and not any(character.isspace() for character in value)
