"""Slice of the recipe for fetching from the web: what is asked for, how much is taken, whose wishes count."""

from typing import Literal

from pydantic import Field

from asknews_ner.recipe.base import Frozen, Positive

OptOut = Literal["robots-groups", "robots-signals", "ai.txt", "tdmrep", "tags"]
"""Where a publisher can say that its texts are not for training AI. `robots-groups`: rules of robots.txt for agents that gather training
data; `robots-signals`: the lines Content-Signal, Content-Usage and DisallowAITraining of robots.txt, and the response headers of the
first two; `tags`: X-Robots-Tag and meta tags of the page."""


class FetchLimits(Frozen):
    """How much of one kind of answer is taken."""

    content_types: tuple[str, ...] = Field(min_length=1, description="media types that are accepted; an answer of another type is refused")
    max_body_bytes: Positive = Field(description="as it comes over the wire, packed")
    max_unpacked_bytes: Positive = Field(description="after gzip, deflate, brotli or zstd")


class FetchParams(Frozen):
    """Addresses → answers, or the reason why there is none."""

    page: FetchLimits
    feed: FetchLimits
    sitemap: FetchLimits
    rules: FetchLimits = Field(description="robots.txt, ai.txt and tdmrep.json; longer ones are cut there (RFC 9309: at least 500 KiB)")
    total_seconds: float = Field(gt=0, description="for one request, from connecting to the last byte; waiting for its turn is not counted")
    idle_seconds: float = Field(gt=0, description="without a byte")
    max_header_bytes: Positive = Field(description="of one response header")
    max_url_characters: Positive
    max_redirects: int = Field(ge=0, description="each is checked like a new address, and its host's rules are asked")
    attempts: Positive = Field(description="of one request that is answered by 429 or 503")
    pause_seconds: float = Field(ge=0, description="after 429 or 503 without Retry-After; doubles with each attempt")
    longest_wait_seconds: float = Field(gt=0, description="a host that asks for more between requests, or after 429 and 503, is left alone")
    rules_hours: float = Field(gt=0, le=24, description="for so long robots.txt and its like are kept (RFC 9309: 24 at most)")
    rules_retry_minutes: float = Field(gt=0, description="for so long a site counts as closed whose robots.txt could not be had")
    opt_outs: tuple[OptOut, ...] = Field(description="opt-outs from AI training that are honoured; robots.txt itself always is")
    opt_out_tags: tuple[str, ...] = Field(description="directives of X-Robots-Tag and meta robots that count as an opt-out")
    unknown_opt_outs: Literal["refuse", "fetch"] = Field(
        description="of a site whose ai.txt or tdmrep.json cannot be had or read; what is fetched is marked `unknown`"
    )
