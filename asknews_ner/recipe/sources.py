"""Slice of the recipe for sources: what is taken from feeds, sitemaps, archives and the AskNews API."""

from typing import Literal

from pydantic import Field

from asknews_ner.recipe.base import Frozen, Positive


class AskNewsParams(Frozen):
    """Searches of the AskNews API."""

    articles_a_request: int = Field(gt=0, le=100, description="articles in one answer; the API pages through more")
    window_hours: Positive = Field(description="the time asked for is cut into windows of this length, so that no one search is too long")
    time: Literal["crawl_date", "pub_date"] = Field(description="which of its two times an article is searched by")
    text: Literal["full_text", "summary"] = Field(
        description="`full_text`: only articles whose whole text the licence gives; `summary`: else the summary, in its own language"
    )
    attempts: Positive = Field(description="tries of one request before the acquisition stops, to go on later from there")
    longest_wait_seconds: Positive = Field(description="the API may ask for a longer wait (Retry-After): then the acquisition stops")


class SourceParams(Frozen):
    """What is taken from sources, and what is refused. The drop folder's own files are not touched by it."""

    max_feed_bytes: Positive = Field(description="bigger feeds are refused; measured as unpacked")
    max_feed_entries: Positive = Field(description="feeds with more entries are refused")
    max_sitemap_bytes: Positive = Field(description="bigger sitemaps are refused; measured as unpacked")
    max_sitemap_depth: Positive = Field(description="sitemap indexes inside sitemap indexes; the protocol allows 1")
    max_page_bytes: Positive = Field(description="bigger pages in archives are refused; measured as unpacked")
    page_types: tuple[str, ...] = Field(description="content types that are taken for pages of articles")
    feed_text: Literal["page", "entry"] = Field(
        description="`page`: every article's page is fetched; `entry`: the text that the feed carries"
    )
    asknews: AskNewsParams
