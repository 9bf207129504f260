"""Turns at a host: never more requests at once, and never sooner after one another, than its robots.txt, its answers and our settings
allow."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from asknews_ner.acquire.fetch.types import FetchFaultError, FetchReject


class HostTurns:
    """One host. Requests go in the order in which they came."""

    def __init__(self, crowd: asyncio.Semaphore, per_host: int, interval: float, longest: float) -> None:
        """`crowd`: requests in flight at all hosts; `interval`: seconds between the starts of two requests; `longest`: that are waited
        for the host, not counting the requests before."""
        self._crowd, self._per_host, self._interval, self._longest = crowd, per_host, interval, longest
        self._delay = 0.0
        self._running = 0
        self._ended = asyncio.Event()
        self._line = asyncio.Lock()
        self._not_before = 0.0

    def slow_down(self, delay: float) -> None:
        """Crawl delay in seconds: from now on one request at a time, each so long after the end of the one before it. Counted from the
        end, so that on the server's clock, too, it is never shorter."""
        if delay != self._delay:
            self._delay = delay
            self.pause(delay)

    def pause(self, seconds: float) -> None:
        """No request for so long: the host said so."""
        self._not_before = max(self._not_before, time.monotonic() + seconds)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Waits until a request may start; it runs inside. Raises FetchFaultError if the host wants to be left alone for too long."""
        async with self._line:
            while self._running >= (1 if self._delay else self._per_host):
                self._ended.clear()
                await self._ended.wait()
            while (wait := self._not_before - time.monotonic()) > 0:
                if wait > self._longest:
                    raise FetchFaultError(FetchReject.ASKED_TO_WAIT, f"for another {wait:.0f} s")
                await asyncio.sleep(wait)
            await self._crowd.acquire()
            self._running += 1
            self.pause(self._interval)
        try:
            yield
        finally:
            self._crowd.release()
            self._running -= 1
            self._ended.set()
            self.pause(self._delay)
