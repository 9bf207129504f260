"""From an address to the first answer that is no redirect. Every hop is checked as if it had been asked for: its form, its host's address,
and what its site allows."""

import asyncio
import datetime as dt
import time
from dataclasses import dataclass

from yarl import URL

from asknews_ner.acquire.fetch.retry_after import retry_after
from asknews_ner.acquire.fetch.rows import Recorder, Request
from asknews_ner.acquire.fetch.settings import FetchSettings
from asknews_ner.acquire.fetch.sites import Sites
from asknews_ner.acquire.fetch.targets import UNREADABLE, Target, parse_target
from asknews_ner.acquire.fetch.transport import Answer, Transport
from asknews_ner.acquire.fetch.turns import HostTurns
from asknews_ner.acquire.fetch.types import FetchFaultError, FetchReject
from asknews_ner.recipe import FetchLimits, FetchParams
from asknews_ner.records import RobotsDecision

_HTTP_OK = 200
_REDIRECTS = (301, 302, 303, 307, 308)
BUSY = (429, 503)
"""Statuses by which a server asks for time."""
_RULES_REDIRECTS = 5  # RFC 9309, 2.3.1.2


@dataclass(frozen=True)
class Arrival:
    """Where a request ended. `decision`: of the site that answered; `downgraded`: a redirect led from https to http."""

    target: Target
    answer: Answer
    decision: RobotsDecision
    downgraded: bool


class Hops:
    """All requests of one fetcher, so that hosts and sites are known across them."""

    def __init__(self, params: FetchParams, settings: FetchSettings, transport: Transport, recorder: Recorder) -> None:
        self._params, self._settings, self._transport, self._recorder = params, settings, transport, recorder
        self._crowd = asyncio.Semaphore(settings.concurrency)
        self._turns: dict[str, HostTurns] = {}
        self._sites = Sites(params, self._rule_file)

    async def follow(self, request: Request) -> Arrival:
        """Raises FetchFaultError, which is recorded. An answer that is no page is left to the caller."""
        target = self._parsed(request, request.asked)
        seen, downgraded = {target.url}, False
        redirects = _RULES_REDIRECTS if request.kind == "rules" else self._params.max_redirects
        for _ in range(redirects + 1):
            decision = RobotsDecision(()) if request.kind == "rules" else await self._permitted(request, target)
            answer = await self._answer(request, target)
            if answer.status not in _REDIRECTS:
                return Arrival(target, answer, decision, downgraded)
            following = self._redirect(request, target, answer)
            self._recorder.answered(request, target, "REDIRECT", answer, decision, f"to {following.address}")
            if following.url in seen:
                raise self._recorder.refused(request, following, FetchFaultError(FetchReject.REDIRECT_LOOP, following.address))
            seen.add(following.url)
            downgraded = downgraded or (target.scheme, following.scheme) == ("https", "http")
            target = following
        fault = FetchFaultError(FetchReject.TOO_MANY_REDIRECTS, f"more than {redirects}, the last to {target.address}")
        raise self._recorder.refused(request, target, fault)

    def limits(self, request: Request) -> FetchLimits:
        """Of its kind."""
        return {"page": self._params.page, "feed": self._params.feed, "sitemap": self._params.sitemap, "rules": self._params.rules}[
            request.kind
        ]

    def _parsed(self, request: Request, value: str) -> Target:
        try:
            return parse_target(value, self._params.max_url_characters, self._settings.allowed_ports)
        except FetchFaultError as fault:
            raise self._recorder.refused(request, None, fault) from None

    def _redirect(self, request: Request, target: Target, answer: Answer) -> Target:
        location = answer.headers.get("Location", "").strip()
        try:
            if not location:
                raise ValueError("no Location")
            following = str(target.url.join(URL(location)))
        except UNREADABLE as error:
            fault = FetchFaultError(FetchReject.BAD_REDIRECT, f"{error}: {location[:200]!r}", answer.status)
            raise self._recorder.refused(request, target, fault, answer.seconds) from error
        return self._parsed(request, following)

    async def _permitted(self, request: Request, target: Target) -> RobotsDecision:
        site = await self._sites.rules(target.origin)
        decision = site.decide(target.address)
        fault = None
        if site.robots_trouble:
            fault = await self._why_closed(target, site.robots_trouble)
        elif decision.verdict == "disallowed":
            ours = decision.statements[0].says == "disallowed"
            fault = FetchFaultError(FetchReject.ROBOTS_DISALLOW if ours else FetchReject.AI_OPT_OUT, decision.evidence)
        elif decision.verdict == "unknown" and self._params.unknown_opt_outs == "refuse":
            fault = FetchFaultError(FetchReject.OPT_OUT_UNKNOWN, decision.evidence)
        elif site.delay > self._params.longest_wait_seconds:
            fault = FetchFaultError(FetchReject.CRAWL_DELAY_TOO_LONG, f"{site.delay:g} s")
        if fault is not None:
            fault.decision = decision
            raise self._recorder.refused(request, target, fault)
        self._host(target).slow_down(site.delay)
        return decision

    async def _why_closed(self, target: Target, trouble: str) -> FetchFaultError:
        """Of a site without its robots.txt: the host itself, or only that file."""
        try:
            await self._transport.look_up(target)
        except FetchFaultError as fault:
            return fault
        return FetchFaultError(FetchReject.ROBOTS_UNREACHABLE, trouble)

    async def _answer(self, request: Request, target: Target) -> Answer:
        """After a pause again, while the host is busy and attempts are left."""
        attempt = 1
        while True:
            answer = await self._once(request, target, attempt)
            if answer.status not in BUSY or attempt == self._params.attempts:
                return answer
            self._recorder.answered(request, target, "BUSY", answer, detail=f"attempt {attempt} of {self._params.attempts}")
            attempt += 1

    async def _once(self, request: Request, target: Target, attempt: int) -> Answer:
        host, started = self._host(target), time.monotonic()
        try:
            async with host.turn():
                started = time.monotonic()
                answer = await self._transport.get(target, self.limits(request), request.headers, cut=request.kind == "rules")
                if answer.status in BUSY:
                    asked = retry_after(answer.headers.get("Retry-After", ""), dt.datetime.now(dt.UTC))
                    host.pause(self._params.pause_seconds * 2 ** (attempt - 1) if asked is None else asked)
                return answer
        except FetchFaultError as fault:
            raise self._recorder.refused(request, target, fault, time.monotonic() - started) from None

    def _host(self, target: Target) -> HostTurns:
        if target.host not in self._turns:
            self._turns[target.host] = HostTurns(
                self._crowd, self._settings.per_host, self._settings.host_interval_seconds, self._params.longest_wait_seconds
            )
        return self._turns[target.host]

    async def _rule_file(self, url: URL) -> tuple[str, Answer]:
        request = Request(str(url), "rules", {"Accept": "text/plain, */*;q=0.5"})
        arrival = await self.follow(request)
        outcome = "FETCHED" if arrival.answer.status == _HTTP_OK else "NO_RULES"
        self._recorder.answered(request, arrival.target, outcome, arrival.answer)
        return arrival.target.address, arrival.answer
