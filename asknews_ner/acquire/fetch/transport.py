"""One GET of one address: no redirects, no retries, within the caps, to public addresses only."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp
from aiohttp.abc import AbstractResolver
from multidict import CIMultiDictProxy

from asknews_ner.acquire.fetch.guard import AddressGuard, ForbiddenAddressError, GuardedResolver
from asknews_ner.acquire.fetch.settings import FetchSettings
from asknews_ner.acquire.fetch.targets import Target
from asknews_ner.acquire.fetch.types import FetchFaultError, FetchReject
from asknews_ner.acquire.fetch.unpack import ENCODINGS, unpack
from asknews_ner.recipe import FetchLimits, FetchParams

_CONNECT_SECONDS = 15.0
_UNPACK_HERE_BYTES = 1 << 16  # larger bodies are unpacked in a thread, two at a time: the loop goes on, and memory stays bounded
_LARGE_BYTES = 1 << 23  # of bodies larger than this two are read at a time
_MAX_HEADERS = 200
_HTTP_OK = 200


@dataclass(frozen=True)
class Answer:
    """Status and headers of one request; `body` unpacked, empty unless the status is 200. `seconds`: from the request to the last byte."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    body_bytes: int
    seconds: float


class Transport:
    """One session. `async with` it."""

    def __init__(self, params: FetchParams, settings: FetchSettings, resolver: AbstractResolver | None = None) -> None:
        """`resolver`: looks names up instead of the system; what it says is checked all the same."""
        self._params, self._settings = params, settings
        self._guard = AddressGuard(settings.networks)
        self._lookup = resolver
        self._unpacking = asyncio.Semaphore(2)
        self._large = asyncio.Semaphore(2)

    async def __aenter__(self) -> "Transport":
        self._resolver = GuardedResolver(self._guard, self._lookup)
        # Behind a proxy every connection goes to it: it is the operator's own choice and may well be private.
        guarded = None if self._settings.proxy else self._guard.make_socket
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._settings.concurrency,
                resolver=None if self._settings.proxy else self._resolver,
                socket_factory=guarded,
            ),
            headers={"User-Agent": self._settings.user_agent, "Accept-Encoding": ENCODINGS},
            timeout=aiohttp.ClientTimeout(
                total=self._params.total_seconds, sock_connect=_CONNECT_SECONDS, sock_read=self._params.idle_seconds
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            max_line_size=self._params.max_header_bytes,
            max_field_size=self._params.max_header_bytes,
            max_headers=_MAX_HEADERS,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        await self._resolver.close()

    async def look_up(self, target: Target) -> None:
        """Raises FetchFaultError if the host has no address, or one that is not public."""
        try:
            await self._resolver.resolve(target.host, target.port)
        except ForbiddenAddressError as error:
            raise FetchFaultError(FetchReject.FORBIDDEN_ADDRESS, str(error)) from error
        except OSError as error:
            raise FetchFaultError(FetchReject.NAME_NOT_FOUND, f"{target.host}: {error}"[:300]) from error

    async def get(self, target: Target, limits: FetchLimits, headers: Mapping[str, str], cut: bool = False) -> Answer:
        """The answer. `cut`: of a body that is too large the beginning is taken. Raises FetchFaultError."""
        async with AsyncExitStack() as held:
            return await self._get(target, limits, headers, cut, held)

    async def _get(self, target: Target, limits: FetchLimits, headers: Mapping[str, str], cut: bool, held: AsyncExitStack) -> Answer:
        started = time.monotonic()
        try:
            if self._settings.proxy:
                await self.look_up(target)
            async with self._session.get(
                target.url, headers=headers, allow_redirects=False, proxy=self._settings.proxy or None
            ) as response:
                if response.status != _HTTP_OK:
                    return Answer(response.status, response.headers, b"", 0, time.monotonic() - started)
                accept_type(response.headers, limits)
                packed = await self._body(response, limits.max_body_bytes, cut, held)
                status, answer_headers = response.status, response.headers
        except aiohttp.SocketTimeoutError as error:
            raise FetchFaultError(FetchReject.SILENT, f"nothing for {self._params.idle_seconds:g} s") from error
        except TimeoutError as error:
            connecting = isinstance(error, aiohttp.ConnectionTimeoutError)
            detail = f"no connection in {_CONNECT_SECONDS:g} s" if connecting else f"not done in {self._params.total_seconds:g} s"
            raise FetchFaultError(FetchReject.NOT_CONNECTED if connecting else FetchReject.TOO_SLOW, detail) from error
        except aiohttp.ClientPayloadError as error:
            raise FetchFaultError(FetchReject.BROKEN_BODY, str(error)[:200]) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _fault_of(error) from error
        seconds = time.monotonic() - started
        encoding = ", ".join(answer_headers.getall("Content-Encoding", []))
        body = await self._unpacked(packed, encoding, limits.max_unpacked_bytes, cut)
        return Answer(status, answer_headers, body, len(packed), seconds)

    async def _body(self, response: aiohttp.ClientResponse, limit: int, cut: bool, held: AsyncExitStack) -> bytes:
        declared = response.content_length
        if declared is not None and declared > limit and not cut:
            raise FetchFaultError(FetchReject.TOO_LARGE, f"Content-Length: {declared}, at most {limit}", response.status)
        body, large = bytearray(), False
        async for piece in response.content.iter_any():
            body += piece
            if len(body) > _LARGE_BYTES and not large:
                await held.enter_async_context(self._large)
                large = True
            if len(body) > limit:
                if not cut:
                    raise FetchFaultError(FetchReject.TOO_LARGE, f"more than {limit} bytes", response.status, len(body))
                response.close()
                break
        del body[limit:]
        return bytes(body)

    async def _unpacked(self, packed: bytes, encoding: str, limit: int, cut: bool) -> bytes:
        if not encoding or len(packed) <= _UNPACK_HERE_BYTES:
            return unpack(packed, encoding, limit, cut)
        async with self._unpacking:
            return await asyncio.to_thread(unpack, packed, encoding, limit, cut)


def accept_type(headers: CIMultiDictProxy[str], limits: FetchLimits) -> None:
    """Raises FetchFaultError if the media type is not accepted."""
    media_type = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type not in limits.content_types and "*/*" not in limits.content_types:
        raise FetchFaultError(FetchReject.WRONG_TYPE, f"Content-Type: {headers.get('Content-Type', '')[:100]!r}", _HTTP_OK)


def _fault_of(error: Exception) -> FetchFaultError:
    cause = error.__cause__ if isinstance(error, aiohttp.ClientConnectorError) else error  # os_error, which not all of them have
    detail = f"{type(error).__name__}: {error}"[:300]
    if isinstance(cause, ForbiddenAddressError):
        return FetchFaultError(FetchReject.FORBIDDEN_ADDRESS, str(cause))
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return FetchFaultError(FetchReject.NAME_NOT_FOUND, detail)
    if isinstance(error, aiohttp.ClientResponseError):
        return FetchFaultError(FetchReject.BAD_ANSWER, detail)
    if isinstance(error, aiohttp.InvalidURL):
        return FetchFaultError(FetchReject.BAD_ADDRESS, detail)
    if isinstance(error, aiohttp.ClientError | OSError):
        return FetchFaultError(FetchReject.NOT_CONNECTED, detail)
    raise error
