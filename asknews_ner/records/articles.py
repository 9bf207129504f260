"""Articles as they come, and which of them are copies."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Article:
    """One news article as acquired: cleaned of nothing but its encoding."""

    article_id: Annotated[str, "canonical URL, or the source's own id"]
    url: Annotated[str, "address without tracking parameters; empty if the delivery gives none"]
    content_hash: Annotated[str, "SHA-256 of title and text"]
    title: Annotated[str, "headline in the source language; may be empty"]
    text: Annotated[str, "body in the source language, paragraphs separated by line breaks"]
    language: Annotated[str, "ISO 639-1 code of the text (Norwegian is `no`)"]
    language_origin: Annotated[str, "`declared`, `identified` (none was declared), `corrected` (was wrong), or like `country_origin`"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher, `ZZ` if unknown"]
    country_origin: Annotated[str, "`declared`, `publisher` (by the registry, one country), `publisher_hint` (one of several) or `unknown`"]
    publisher: Annotated[str, "name of the outlet; may be empty"]
    published_at: Annotated[dt.datetime | None, "publication time in UTC; empty if unknown or unreadable"]
    fetched_at: Annotated[dt.datetime | None, "when the article was fetched, in UTC, where the delivery says so"]
    licence: Annotated[str, "licence as the delivery states it; empty if it does not"]
    robots: Annotated[str, "what robots rules and opt-outs say about it: `allowed`, `disallowed` or `unknown`"]
    robots_evidence: Annotated[str, "which rules said so, from where, when; empty if the delivery does not say"]
    notes: Annotated[tuple[str, ...], "what was wrong with the row and mended or left empty"]
    source: Annotated[str, "file (or feed) the article came from"]
    second_language: Annotated[str, "what a second, independent identifier says; empty where it was not asked or not sure"] = ""
    other_language_share: Annotated[float, "share of the text in paragraphs that both identifiers find to be in another language"] = 0.0


@dataclass(frozen=True, slots=True)
class DuplicateVerdict:
    """What the comparison over all articles decided about one article."""

    article_id: Annotated[str, "the article"]
    group_id: Annotated[str, "article id of the group's original"]
    is_original: Annotated[bool, "true for the one member that stays"]
    kind: Annotated[str, "`unique`, `original`, `copy` (same words) or `near_copy`"]
    similarity: Annotated[float, "estimated Jaccard similarity of word shingles to the original, 1 for itself"]
