"""Rules of sites: asked for once, kept for a day, and closed to us while they cannot be had."""

import asyncio
import datetime as dt
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from yarl import URL

from asknews_ner.acquire.fetch.rules.site import AI_TXT, ROBOTS, TDMREP, RuleText, SiteRules
from asknews_ner.acquire.fetch.transport import Answer
from asknews_ner.acquire.fetch.types import FetchFaultError
from asknews_ner.recipe import FetchParams

_MAX_BYTES = 1 << 26  # of rules in memory; honest sites take a few kilobytes each
_HTTP_OK = 200
_TOO_MANY = 429
_CLIENT_ERRORS = range(400, 500)

Ask = Callable[[URL], Awaitable[tuple[str, Answer]]]
"""Fetches a file of rules through its redirects: (address that answered, answer). Raises FetchFaultError."""


class Sites:
    """Rules by origin (scheme, host, port). Asked once, however many pages wait for them."""

    def __init__(self, params: FetchParams, ask: Ask) -> None:
        self._params, self._ask = params, ask
        self._known: OrderedDict[URL, tuple[float, SiteRules]] = OrderedDict()
        self._asking: dict[URL, asyncio.Lock] = {}

    async def rules(self, origin: URL) -> SiteRules:
        """Fresh ones."""
        lock = self._asking.setdefault(origin, asyncio.Lock())
        async with lock:
            until, rules = self._known.get(origin, (0.0, None))
            if rules is not None and time.monotonic() < until:
                self._known.move_to_end(origin)
                return rules
            rules = await self._asked(origin)
            seconds = 60 * self._params.rules_retry_minutes if rules.robots_trouble else 3600 * self._params.rules_hours
            self._known[origin] = (time.monotonic() + seconds, rules)
            self._known.move_to_end(origin)
            self._forget()
            return rules

    async def _asked(self, origin: URL) -> SiteRules:
        robots = await self._text(origin.with_path(ROBOTS))
        ai_txt = tdmrep = None
        if not robots.trouble:  # without robots.txt nothing is allowed, and nothing more is asked
            ai_txt = await self._text(origin.with_path(AI_TXT)) if "ai.txt" in self._params.opt_outs else None
            tdmrep = await self._text(origin.with_path(TDMREP)) if "tdmrep" in self._params.opt_outs else None
        # In a thread: half a megabyte of rules takes the parser a second, in which no other answer should wait.
        return await asyncio.to_thread(SiteRules, robots, ai_txt, tdmrep, self._params.opt_outs)

    async def _text(self, url: URL) -> RuleText:
        """RFC 9309, 2.3.1: 4xx means that there are no rules, all else that the rules are unknown. 429 is no 4xx in this sense: the
        server would have said more at another time."""
        try:
            where, answer = await self._ask(url)
        except FetchFaultError as fault:
            return RuleText(str(url), _now(), trouble=str(fault))
        if answer.status == _HTTP_OK:
            text, note = answer.body.decode("utf-8", "replace"), ""
            limit = self._params.rules.max_unpacked_bytes
            if len(answer.body) >= min(limit, self._params.rules.max_body_bytes):
                text = text[: text.rfind("\n") + 1]
                note = f"no rule against it in its first {len(answer.body)} bytes, the rest is not read"
            return RuleText(where, _now(), text, note)
        if answer.status in _CLIENT_ERRORS and answer.status != _TOO_MANY:
            return RuleText(where, _now(), None)
        return RuleText(where, _now(), trouble=f"status {answer.status}")

    def _forget(self) -> None:
        """The sites not asked for longest, until the others fit."""
        total = sum(rules.size for _, rules in self._known.values())
        while total > _MAX_BYTES and len(self._known) > 1:
            origin, (_, rules) = self._known.popitem(last=False)
            if not self._asking[origin].locked():
                del self._asking[origin]
            total -= rules.size


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
