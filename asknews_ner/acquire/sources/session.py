"""A fetcher for the time of one reading: asked from a program that waits, run in an event loop of its own. The only module of this room
that touches the network by way of the fetcher."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from types import TracebackType

from asknews_ner.acquire.fetch.types import Fetch, Fetched, Kind

OpenFetcher = Callable[[], AbstractAsyncContextManager[Fetch]]


class Session:
    """Use as a context manager; closes the fetcher and its loop at the end."""

    def __init__(self, open_fetcher: OpenFetcher) -> None:
        self._runner = asyncio.Runner()
        self._opened = open_fetcher()

    def __enter__(self) -> "Session":
        self._runner.__enter__()
        self._fetcher = self._runner.run(self._opened.__aenter__())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self._runner.run(self._opened.__aexit__(kind, error, trace))
        finally:
            self._runner.close()

    def document(self, url: str, kind: Kind, etag: str | None, last_modified: str | None) -> Fetched:
        """A feed or sitemap, unless it is unchanged."""
        return self._runner.run(self._fetcher.get(url, etag=etag, last_modified=last_modified, kind=kind))

    def pages(self, urls: Sequence[str]) -> list[Fetched]:
        """Several pages at once, in the order of their addresses; the fetcher keeps its own limits."""
        return self._runner.run(self._all(urls))

    async def _all(self, urls: Sequence[str]) -> list[Fetched]:
        return list(await asyncio.gather(*(self._fetcher.get(url) for url in urls)))
