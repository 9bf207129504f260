"""What goes in and out of fetching."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal, Protocol

from asknews_ner.records import Reason, RobotsDecision

Kind = Literal["page", "feed", "sitemap", "rules"]


class FetchReject(Reason):
    """Why there is no page."""

    BAD_ADDRESS = "not an http or https address that can be asked for safely"
    FORBIDDEN_PORT = "the address names a port other than 80 and 443"
    FORBIDDEN_ADDRESS = "the host's address is not a public one"
    NAME_NOT_FOUND = "the host's name has no address"
    NOT_CONNECTED = "no connection to the host, or it was lost"
    TOO_SLOW = "the answer took longer than the recipe's total_seconds"
    SILENT = "nothing came for the recipe's idle_seconds"
    BAD_ANSWER = "the answer is not HTTP, or its headers are larger than the recipe's max_header_bytes"
    TOO_LARGE = "the body is larger than the recipe's max_body_bytes"
    TOO_LARGE_UNPACKED = "the unpacked body is larger than the recipe's max_unpacked_bytes"
    BROKEN_BODY = "the body is cut short or cannot be unpacked"
    UNKNOWN_ENCODING = "the body is packed in a way that was not asked for"
    WRONG_TYPE = "the content type is not one that the recipe accepts for this kind of request"
    TOO_MANY_REDIRECTS = "more redirects than the recipe's max_redirects"
    REDIRECT_LOOP = "the redirects come back to an address asked before"
    BAD_REDIRECT = "the redirect names no address"
    CLIENT_ERROR = "the server answered with a status from 400 to 499"
    SERVER_ERROR = "the server answered with a status from 500 to 599"
    BUSY = "the server stayed busy: 429 or 503 at each attempt"
    UNEXPECTED_STATUS = "the server answered with a status that means no page"
    ASKED_TO_WAIT = "the host asked to be left alone for longer than the recipe's longest_wait_seconds"
    CRAWL_DELAY_TOO_LONG = "robots.txt asks for more between requests than the recipe's longest_wait_seconds"
    ROBOTS_DISALLOW = "robots.txt disallows it"
    ROBOTS_UNREACHABLE = "robots.txt could not be had, which counts as a disallow (RFC 9309)"
    AI_OPT_OUT = "the publisher reserves its texts from training AI"
    OPT_OUT_UNKNOWN = "it cannot be known whether the publisher reserves its texts from training AI"


@dataclass(frozen=True)
class Page:
    """An answer with a body. `url`: as asked; `final_url`: after redirects; `content_type`: the header as it came, with its charset;
    `body`: unpacked. `downgraded`: a redirect led from https to http, so that the body may have been changed on its way."""

    url: str
    final_url: str
    status: int
    content_type: str
    body: bytes
    fetched_at: dt.datetime
    etag: str | None
    last_modified: str | None
    decision: RobotsDecision
    downgraded: bool = False


@dataclass(frozen=True)
class NotModified:
    """The server says that what the caller has is still right (304)."""

    url: str
    final_url: str
    fetched_at: dt.datetime


@dataclass(frozen=True)
class Refusal:
    """No page, and why. `decision`: what rules and opt-outs said, as far as they were asked; `status`: of the last answer, 0 without one;
    `final_url`: the address that was asked last, after redirects, empty if none was."""

    url: str
    reason: FetchReject
    detail: str
    decision: RobotsDecision | None = None
    status: int = 0
    final_url: str = ""


Fetched = Page | NotModified | Refusal


class Fetch(Protocol):
    """Fetches one address. Faults of the other side come back as a Refusal and are never raised."""

    async def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None, kind: Kind = "page") -> Fetched:
        """`etag` and `last_modified`: of an earlier page, for a conditional request (RFC 9110). `kind`: decides which content types and
        how many bytes are accepted."""
        ...


class FetchFaultError(Exception):
    """Carries a reason up to the fetcher, within this room only."""

    def __init__(
        self, reason: FetchReject, detail: str, status: int = 0, body_bytes: int = 0, decision: RobotsDecision | None = None
    ) -> None:
        super().__init__(f"{reason.name}: {detail}")
        self.reason = reason
        self.detail = detail
        self.status = status
        self.body_bytes = body_bytes
        self.decision = decision
        self.final_url = ""  # where it happened: known to who records it
