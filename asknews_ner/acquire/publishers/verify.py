"""Trying the registry's addresses: does robots.txt answer, does the domain still stand for itself, are the feeds feeds?

Changes nothing in the registry: whoever reads the result decides what to correct there."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from asknews_ner.acquire.publishers.feed_form import NotAFeedError, count_items
from asknews_ner.acquire.publishers.hosts import host_of, suffixes
from asknews_ner.acquire.publishers.publisher import Publisher


@dataclass(frozen=True)
class Answer:
    """What came back from an address. `fault`: why nothing did; then `status` is 0."""

    status: int = 0
    final_url: str = ""
    body: bytes = b""
    fault: str = ""


Ask = Callable[[str], Awaitable[Answer]]
"""Fetches one address. Faults of the other side are in the answer and are never raised."""


class Outcome(str, Enum):
    """What trying an address showed."""

    WORKS = "works"
    MOVED = "leads to a domain that is not the publisher's"
    REFUSED = "the server refuses"
    NO_ANSWER = "no answer"
    NOT_A_FEED = "the answer is no feed"
    EMPTY_FEED = "a feed without items"


@dataclass(frozen=True)
class Tried:
    """One address of a publisher, and what it gave."""

    publisher_id: str
    kind: str
    address: str
    outcome: Outcome
    detail: str


async def verify(publishers: Iterable[Publisher], ask: Ask, at_once: int) -> list[Tried]:
    """Every domain (by its robots.txt) and every feed, in the publishers' order; at most `at_once` publishers at a time.

    The addresses of one publisher are asked one after another, so that no host is asked twice at the same time."""
    places = asyncio.Semaphore(at_once)

    async def one(publisher: Publisher) -> list[Tried]:
        async with places:
            domains = [await _domain(publisher, domain, ask) for domain in publisher.domains]
            return domains + [await _feed(publisher, feed, ask) for feed in publisher.feeds]

    return [tried for found in await asyncio.gather(*map(one, publishers)) for tried in found]


async def _domain(publisher: Publisher, domain: str, ask: Ask) -> Tried:
    """A robots.txt that is not there (4xx) is an answer too: RFC 9309 takes it as no rules."""
    address = f"https://{domain}/robots.txt"
    answer = await ask(address)
    host = host_of(answer.final_url) or ""
    if answer.fault:
        outcome, detail = Outcome.NO_ANSWER, answer.fault
    elif not set(suffixes(host)) & set(publisher.domains):
        outcome, detail = Outcome.MOVED, f"ends at {host}"
    elif answer.status >= 500 or answer.status in (401, 403, 429):
        outcome, detail = Outcome.REFUSED, f"status {answer.status}"
    else:
        outcome, detail = Outcome.WORKS, f"status {answer.status}, {len(answer.body)} bytes of rules"
    return Tried(publisher.id, "domain", address, outcome, detail)


async def _feed(publisher: Publisher, address: str, ask: Ask) -> Tried:
    answer = await ask(address)
    if answer.fault:
        outcome, detail = Outcome.NO_ANSWER, answer.fault
    elif answer.status != 200:
        outcome, detail = Outcome.REFUSED, f"status {answer.status}"
    else:
        outcome, detail = _form(answer.body)
    return Tried(publisher.id, "feed", address, outcome, detail)


def _form(body: bytes) -> tuple[Outcome, str]:
    try:
        items = count_items(body)
    except NotAFeedError as error:
        return Outcome.NOT_A_FEED, str(error)
    return (Outcome.WORKS, f"{items} items") if items else (Outcome.EMPTY_FEED, "no items")
