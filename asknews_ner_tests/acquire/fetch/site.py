"""A small news site of many host names on the loopback. It answers raw bytes, so that it can misbehave as it likes, and writes down when
each request came and was answered, on its own clock."""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp.abc import AbstractResolver, ResolveResult

from asknews_ner.acquire.fetch.fetcher import Fetcher
from asknews_ner.acquire.fetch.log import FetchLog
from asknews_ner.acquire.fetch.settings import FetchSettings
from asknews_ner.recipe import FetchParams, load_recipe
from asknews_ner.records import FetchRow

LOOPBACK = "127.0.0.1"
Handler = Callable[["Asked", asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Asked:
    """A request as the server saw it."""

    host: str
    path: str
    headers: dict[str, str]
    came: float
    ended: float = 0.0


def answer(body: bytes | str = b"", status: str = "200 OK", kind: str = "text/html; charset=utf-8", **headers: str) -> bytes:
    body = body.encode() if isinstance(body, str) else body
    given = {"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def redirect(to: str, status: str = "302 Found") -> bytes:
    return answer(status=status, Location=to)


NOT_FOUND = answer("no such page", "404 Not Found")


@dataclass
class Site:
    """`pages`: (host, path) → raw answer, several to be given in turn, or a handler."""

    pages: dict[tuple[str, str], bytes | list[bytes] | Handler] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    port: int = 0

    def url(self, host: str, path: str = "/") -> str:
        return f"http://{host}:{self.port}{path}"

    def page(self, host: str, path: str, given: bytes | list[bytes] | Handler) -> str:
        self.pages[host, path] = given
        return self.url(host, path)

    def robots(self, host: str, text: str) -> None:
        self.pages[host, "/robots.txt"] = answer(text, kind="text/plain")

    def paths(self, host: str) -> list[str]:
        return [one.path for one in self.asked if one.host == host]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = (await reader.readline()).decode("latin-1").split(" ")
            came = time.monotonic()
            headers = {}
            while (header := (await reader.readline()).decode("latin-1").strip()) != "":
                name, _, value = header.partition(":")
                headers[name.lower()] = value.strip()
            asked = Asked(headers.get("host", "").partition(":")[0], line[1], headers, came)
            self.asked.append(asked)
            given = self.pages.get((asked.host, asked.path), NOT_FOUND)
            if isinstance(given, list):
                given = given.pop(0) if len(given) > 1 else given[0]
            asked.ended = time.monotonic()  # before the first byte: whoever waits from the last one on waits longer than is seen here
            if isinstance(given, bytes):
                writer.write(given)
                await writer.drain()
            else:
                await given(asked, writer)
        except (ConnectionError, IndexError):
            pass  # the client went away, as it may
        finally:
            writer.close()

    @asynccontextmanager
    async def open(self, tls: ssl.SSLContext | None = None) -> AsyncIterator["Site"]:
        server = await asyncio.start_server(self.serve, LOOPBACK, 0, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()


class Names(AbstractResolver):
    """Every name is at the loopback, but those that are given; a list is given out in turn (DNS rebinding)."""

    def __init__(self, **known: str | list[str]) -> None:
        self.known = {name.replace("__", "."): at for name, at in known.items()}
        self.looked_up: list[str] = []

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        self.looked_up.append(host)
        at = self.known.get(host, host if host[-1].isdigit() or ":" in host else LOOPBACK)
        if isinstance(at, list):
            at = at.pop(0) if len(at) > 1 else at[0]
        if not at:
            raise OSError(f"no such name: {host}")
        found = [one for one in at.split(" ") if one]
        return [
            ResolveResult(hostname=host, host=one, port=port, family=socket.AF_INET6 if ":" in one else socket.AF_INET, proto=0, flags=0)
            for one in found
        ]

    async def close(self) -> None:
        pass


def params(**changes: object) -> FetchParams:
    """The laptop recipe's, with limits of time that a busy machine does not reach, and short pauses."""
    patient = {"total_seconds": 200, "idle_seconds": 100, "pause_seconds": 0.05}
    return FetchParams.model_validate(load_recipe("laptop").fetch.model_dump() | patient | changes)


@dataclass
class Visit:
    """A fetcher at a site, and all rows that it wrote."""

    fetcher: Fetcher
    rows: list[FetchRow]

    def outcomes(self) -> list[str]:
        return [row.outcome for row in self.rows if row.kind != "rules"]


@asynccontextmanager
async def visiting(
    site: Site, names: AbstractResolver | None = None, wanted: FetchParams | None = None, **settings: object
) -> AsyncIterator[Visit]:
    given: dict = {
        "contact": "desk@asknews.example",
        "host_interval_seconds": 0.0,
        "allowed_networks": (f"{LOOPBACK}/32",),
        "allowed_ports": (site.port,),
    }
    rows: list[FetchRow] = []
    async with Fetcher(wanted or params(), FetchSettings(**given | settings), FetchLog(rows.append), names or Names()) as fetcher:
        yield Visit(fetcher, rows)
