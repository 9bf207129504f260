"""Trying the registry's addresses: does robots.txt answer, does the domain still stand for itself, are the feeds feeds?

All of it through the fetcher, with its limits and manners, so that a feed that works here is one that can be acquired. Changes nothing
in the registry: whoever reads the result decides what to correct there."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from asknews_ner.acquire.fetch.types import Fetch, FetchReject, NotModified, Page, Refusal
from asknews_ner.acquire.publishers.hosts import host_of, suffixes
from asknews_ner.acquire.publishers.publisher import Publisher
from asknews_ner.acquire.sources.feeds import read_feed
from asknews_ner.acquire.sources.items import RefusedItem, SourceReject
from asknews_ner.acquire.sources.xml_text import declared_charset
from asknews_ner.recipe.sources import SourceParams


class Outcome(str, Enum):
    """What trying an address showed."""

    WORKS = "works"
    MOVED = "leads to a domain that is not the publisher's"
    REFUSED = "the server refuses"
    CLOSED = "the site's rules keep us away"
    NO_ANSWER = "no answer"
    UNUSABLE = "the answer cannot be used"
    FORBIDDEN = "leads to an address that must not be asked"
    NOT_A_FEED = "the answer is no feed"
    EMPTY_FEED = "a feed without entries"


_OUTCOMES = {
    Outcome.FORBIDDEN: (FetchReject.BAD_ADDRESS, FetchReject.FORBIDDEN_PORT, FetchReject.FORBIDDEN_ADDRESS),
    Outcome.NO_ANSWER: (FetchReject.NAME_NOT_FOUND, FetchReject.NOT_CONNECTED, FetchReject.TOO_SLOW, FetchReject.SILENT),
    Outcome.REFUSED: (FetchReject.CLIENT_ERROR, FetchReject.SERVER_ERROR, FetchReject.BUSY, FetchReject.ASKED_TO_WAIT),
    Outcome.CLOSED: (
        FetchReject.ROBOTS_DISALLOW,
        FetchReject.ROBOTS_UNREACHABLE,
        FetchReject.CRAWL_DELAY_TOO_LONG,
        FetchReject.AI_OPT_OUT,
        FetchReject.OPT_OUT_UNKNOWN,
    ),
    Outcome.NOT_A_FEED: (FetchReject.WRONG_TYPE,),
}
_BY_REASON = {reason: outcome for outcome, reasons in _OUTCOMES.items() for reason in reasons}
_CLOSED_DOORS = (401, 403, 429)


@dataclass(frozen=True)
class Tried:
    """One address of a publisher, and what it gave."""

    publisher_id: str
    kind: str
    address: str
    outcome: Outcome
    detail: str


async def verify(
    publishers: Iterable[Publisher], fetcher: Fetch, params: SourceParams, progress: Callable[[], None] = lambda: None
) -> list[Tried]:
    """Every domain (by its robots.txt) and every feed, in the publishers' order. How many are asked at once is the fetcher's.

    The addresses of one publisher are asked one after another. `progress`: called after each publisher."""

    async def one(publisher: Publisher) -> list[Tried]:
        domains = [await _domain(publisher, domain, fetcher) for domain in publisher.domains]
        feeds = [await _feed(publisher, feed, fetcher, params) for feed in publisher.feeds]
        progress()
        return domains + feeds

    return [tried for found in await asyncio.gather(*map(one, publishers)) for tried in found]


async def _domain(publisher: Publisher, domain: str, fetcher: Fetch) -> Tried:
    """A robots.txt that is not there (4xx) is an answer too: RFC 9309 takes it as no rules."""
    address = f"https://{domain}/robots.txt"
    answer = await fetcher.get(address, kind="rules")
    assert not isinstance(answer, NotModified)  # asked without a condition
    host = host_of(answer.final_url) or ""
    if not answer.status:
        outcome, detail = _refused(answer)
    elif not set(suffixes(host)) & set(publisher.domains):
        outcome, detail = Outcome.MOVED, f"ends at {host}"
    elif answer.status >= 500 or answer.status in _CLOSED_DOORS:
        outcome, detail = Outcome.REFUSED, f"status {answer.status}"
    else:
        outcome, detail = Outcome.WORKS, f"status {answer.status}"
    return Tried(publisher.id, "domain", address, outcome, detail)


async def _feed(publisher: Publisher, address: str, fetcher: Fetch, params: SourceParams) -> Tried:
    answer = await fetcher.get(address, kind="feed")
    outcome, detail = _form(answer, address, params) if isinstance(answer, Page) else _refused(answer)
    return Tried(publisher.id, "feed", address, outcome, detail)


def _refused(answer: Page | NotModified | Refusal) -> tuple[Outcome, str]:
    assert isinstance(answer, Refusal)
    told = answer.detail if answer.status else f"{answer.reason.value}: {answer.detail}"
    return _BY_REASON.get(answer.reason, Outcome.UNUSABLE), told


def _form(page: Page, address: str, params: SourceParams) -> tuple[Outcome, str]:
    """By the reader that acquisition uses."""
    entries = list(read_feed(page.body, address, params, declared_charset(page.content_type)))
    refused = [entry for entry in entries if isinstance(entry, RefusedItem)]
    links = len(entries) - len(refused)
    reasons = Counter(entry.reason.name for entry in refused)
    told = [f"{links} entries", *(f"{reason} {count}" for reason, count in reasons.items())]
    told += [f"now at {page.final_url}"] if page.final_url != address else []
    if links:
        return Outcome.WORKS, ", ".join(told)
    if set(reasons) <= {SourceReject.NO_ADDRESS.name}:
        return Outcome.EMPTY_FEED, ", ".join(told)
    return Outcome.NOT_A_FEED, f"{refused[0].reason.value}: {refused[0].detail}"
