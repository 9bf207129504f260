"""What every source yields: an article as the source gives it, a refusal with its reason, or a mark from which to go on."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Annotated, Protocol

from asknews_ner.records import Reason


class SourceReject(Reason):
    """Why something that a source holds cannot become an article."""

    TOO_BIG = "the document or page is bigger than the recipe allows"
    ENTITY_DECLARATION = "the document declares entities of its own, which can expand without bound; no feed needs them"
    NOT_A_FEED = "the document is no feed of a known kind"
    NOT_A_SITEMAP = "the document is neither a sitemap nor a sitemap index"
    BROKEN_DOCUMENT = "the document is damaged; what could be read of it was kept"
    BROKEN_COMPRESSION = "the compressed bytes cannot be unpacked"
    UNKNOWN_ENCODING = "the characters of the document cannot be decoded"
    NO_ADDRESS = "the entry has no http or https address"
    SAME_ADDRESS = "an earlier entry of this source has the same address"
    TOO_OLD = "published before the day that was asked for"
    TOO_DEEP = "sitemap indexes are nested deeper than the recipe allows"
    NO_TEXT_IN_FEED = "the entry carries no text of the article, and its page is not to be fetched"
    NOT_FETCHED = "the page was not fetched"
    HTTP_STATUS = "the answer's status is not 200"
    NOT_A_PAGE = "the content is of another type than the recipe's page types"
    NO_ARTICLE = "no article could be extracted from the page"
    NOT_A_RESPONSE = "the record of the archive is not the answer of a server"
    NO_CONTENT = "the record holds no content: the page was captured before, or the answer was empty"
    BAD_HTTP = "the record's HTTP headers cannot be read"
    TRUNCATED = "the record is cut short"
    DAMAGED = "the bytes are no record of an archive"
    UNREADABLE_ROW = "the row could not be read"
    NOT_AS_DOCUMENTED = "the answer does not have the documented fields"


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """One article as a source gives it. Empty strings stand for what it does not say; arrivals resolves and checks all of it."""

    where: Annotated[str, "place inside the source: entry, record, row"]
    text: Annotated[str, "body, paragraphs separated by line breaks"]
    title: str = ""
    source_id: Annotated[str, "the source's own id; empty where the address is the identity"] = ""
    url: str = ""
    requested_url: Annotated[str, "address that led here, where the page gives another one as its own"] = ""
    language: Annotated[str, "as declared"] = ""
    country: Annotated[str, "of the publisher, as declared"] = ""
    publisher: str = ""
    published_at: Annotated[str, "as the source writes it"] = ""
    fetched_at: Annotated[str, "ISO 8601"] = ""
    licence: str = ""
    robots: Annotated[str, "`allowed`, `disallowed` or `unknown`"] = "unknown"
    robots_evidence: Annotated[str, "which rules said so, from where, when"] = ""


@dataclass(frozen=True, slots=True)
class RefusedItem:
    """Something a source holds that cannot become an article."""

    where: Annotated[str, "place inside the source"]
    reason: Reason
    detail: Annotated[str, "what exactly was found"] = ""
    url: str = ""
    title: str = ""
    publisher: str = ""
    country: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """An article that was landed earlier and was not fetched again."""

    where: str
    url: str


@dataclass(frozen=True, slots=True)
class Mark:
    """All items so far are complete: after an interruption the source can go on from `cursor`."""

    cursor: str


Item = FoundArticle | RefusedItem | SeenBefore | Mark
Items = Generator[Item, None, None]


class Source(Protocol):
    """A place that articles come from. Holds no more than one document, page or record of it at a time."""

    def read(self, cursor: str) -> Items:
        """All items, or those after a cursor that an earlier reading gave (empty: from the start).

        Raises SourceError if the source as a whole cannot be used."""
