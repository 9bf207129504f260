"""Fetches addresses in a process of its own: prints what came of each, every address that a socket was connected to, and the most memory
that it ever held.

Arguments: a JSON object with `urls`, `port` (of the site), `names` (host → addresses), `kind`, and `ports` that may be
asked besides."""

import asyncio
import json
import re
import sys
from pathlib import Path

contacted: list[str] = []
downgraded: list[bool] = []


def note(event: str, arguments: tuple) -> None:
    """Python's own audit of every socket: connect, sendto and look-ups; whoever asks, and through whichever library."""
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        contacted.append(str(arguments[1][0]) if isinstance(arguments[1], tuple) else str(arguments[1]))
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        contacted.append(f"name {arguments[0]}")


sys.addaudithook(note)


async def crawl(given: dict) -> list[str]:
    from asknews_ner.acquire.fetch.fetcher import Fetcher
    from asknews_ner.acquire.fetch.settings import FetchSettings
    from asknews_ner.acquire.fetch.types import Page, Refusal
    from asknews_ner_tests.acquire.fetch.site import Names, params

    settings = FetchSettings(
        "desk@asknews.example",
        host_interval_seconds=0.0,
        allowed_networks=("127.0.0.1/32",),
        allowed_ports=(given["port"], *given.get("ports", [])),
    )
    async with Fetcher(params(), settings, resolver=Names(**given["names"])) as fetcher:

        async def one(url: str) -> str:
            got = await fetcher.get(url, kind=given.get("kind", "page"))
            if isinstance(got, Page):
                downgraded.append(got.downgraded)
            return got.reason.name if isinstance(got, Refusal) else type(got).__name__

        return await asyncio.gather(*map(one, given["urls"]))


def most_mib() -> float:
    """Of this program; `getrusage` would count what its parent held when it was started."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1024


def main() -> None:
    outcomes = asyncio.run(crawl(json.loads(sys.argv[1])))
    sys.stdout.write(json.dumps({"outcomes": outcomes, "contacted": contacted, "downgraded": downgraded, "most_mib": most_mib()}))


if __name__ == "__main__":
    main()
