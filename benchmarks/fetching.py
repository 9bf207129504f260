"""Our fetching (address guard, robots.txt and opt-outs, turns at hosts, caps, meta tags, a row a request) against a bare aiohttp loop.

    python benchmarks/fetching.py [PAGES [PAIRS]]

A server in a process of its own, on the loopback, sends a page of 250 KB, packed by gzip, under eight host names, over connections
that stay open. Both sides have 16 requests in flight and no pause between them. The bare loop reads and unpacks each body, nothing else.
In each pair the one or the other goes first. Prints pages a second, the CPU time of the client a page, and the medians of the pairs'
ratios; `first visit` also asks for the three files of rules of each host, `later` has them."""

import asyncio
import gzip
import multiprocessing
import random
import socket
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection

import aiohttp
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from asknews_ner.acquire.fetch.fetcher import Fetcher
from asknews_ner.acquire.fetch.settings import FetchSettings
from asknews_ner.acquire.fetch.types import Page
from asknews_ner.recipe import load_recipe

PAGES, PAIRS, CONCURRENCY, HOSTS = 800, 5, 16, 8
PARAMS = load_recipe("laptop").fetch
Timed = tuple[float, float]
"""(pages a second, CPU milliseconds a page)"""


def page() -> bytes:
    draw = random.Random(1)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 9))) for _ in range(400)]
    paragraphs = (f'<p class="text">{" ".join(draw.choices(words, k=40))}</p>' for _ in range(900))
    metas = "".join(f'<meta name="m{n}" content="{n}">' for n in range(40))
    return f"<html><head>{metas}</head><body>{''.join(paragraphs)}</body></html>".encode()[:250_000]


class AllHere(AbstractResolver):
    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        pass


def serve(tell: Connection) -> None:
    packed = gzip.compress(page(), 6)

    async def news(_: web.Request) -> web.Response:
        return web.Response(body=packed, content_type="text/html", headers={"Content-Encoding": "gzip"})

    async def start() -> None:
        app = web.Application()
        app.router.add_get("/news/{number}", news)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        tell.send((runner.addresses[0][1], len(packed)))
        await asyncio.Event().wait()

    asyncio.run(start())


def urls(port: int, count: int) -> list[str]:
    return [f"http://paper{n % HOSTS}.example:{port}/news/{n}" for n in range(count)]


async def many(addresses: list[str], one: Callable[[str], Awaitable[int]]) -> Timed:
    waiting, total = iter(addresses), 0

    async def worker() -> None:
        nonlocal total
        for address in waiting:
            size = await one(address)
            total += size

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(worker() for _ in range(CONCURRENCY)))
    seconds, used = time.perf_counter() - wall, time.process_time() - cpu
    assert total == 250_000 * len(addresses), "a page is missing or short"
    return len(addresses) / seconds, 1000 * used / len(addresses)


async def bare(port: int, count: int) -> Timed:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONCURRENCY, resolver=AllHere())) as session:

        async def one(address: str) -> int:
            async with session.get(address) as response:
                return len(await response.read())

        return await many(urls(port, count), one)


async def ours(port: int, count: int) -> tuple[Timed, Timed]:
    settings = FetchSettings(
        "desk@asknews.example",
        concurrency=CONCURRENCY,
        per_host=CONCURRENCY,
        host_interval_seconds=0.0,
        allowed_networks=("127.0.0.1/32",),
        allowed_ports=(port,),
    )
    async with Fetcher(PARAMS, settings, resolver=AllHere()) as fetcher:

        async def one(address: str) -> int:
            got = await fetcher.get(address)
            assert isinstance(got, Page), got
            return len(got.body)

        return await many(urls(port, count), one), await many(urls(port, count), one)


def main() -> None:
    count, pairs = (*(int(value) for value in sys.argv[1:]), *(PAGES, PAIRS)[len(sys.argv) - 1 :])
    hear, tell = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(tell,), daemon=True)
    server.start()
    port, size = hear.recv()
    print(f"{count} pages of {size} bytes, packed, {CONCURRENCY} in flight")
    print("pages a second and CPU ms a page: bare, first visit, later; ratios of `later` to bare")
    speeds, costs = [], []
    for pair in range(pairs):
        plain = asyncio.run(bare(port, count)) if pair % 2 == 0 else None
        first, later = asyncio.run(ours(port, count))
        plain = plain or asyncio.run(bare(port, count))
        speeds.append(later[0] / plain[0])
        costs.append(later[1] / plain[1])
        figures = "   ".join(f"{speed:6.0f} {cost:5.2f}" for speed, cost in (plain, first, later))
        print(f"  {figures}   speed {speeds[-1]:.2f}, CPU {costs[-1]:.2f}")
    print(f"median: speed {statistics.median(speeds):.2f} of the bare loop's, CPU {statistics.median(costs):.2f} times its")
    server.terminate()


if __name__ == "__main__":
    main()
