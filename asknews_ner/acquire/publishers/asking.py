"""Asking the registry's addresses over the network: a few small requests to known names, with limits."""

import asyncio

import httpx

from asknews_ner.acquire.publishers.verify import Answer, Ask

MAX_BYTES = 8 * 1024 * 1024
"""Longest answer that is read. A safety limit: no feed of news is so long."""
SECONDS = 30.0
_REDIRECTS = 5


def asking(client: httpx.AsyncClient) -> Ask:
    """An asker over a client; what it gets in place of an answer is told as a fault."""

    async def ask(url: str) -> Answer:
        try:
            async with asyncio.timeout(SECONDS), client.stream("GET", url) as response:
                body = bytearray()
                async for piece in response.aiter_bytes(65536):
                    body += piece
                    if len(body) > MAX_BYTES:
                        return Answer(fault=f"longer than {MAX_BYTES} bytes")
                return Answer(response.status_code, str(response.url), bytes(body))
        except TimeoutError:
            return Answer(fault=f"no whole answer within {SECONDS:.0f} s")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Answer(fault=f"{type(error).__name__}: {error}")

    return ask


def polite_client(contact: str) -> httpx.AsyncClient:
    """A client that says who asks. `contact`: an address of mail or of a page, for publishers that have a question."""
    return httpx.AsyncClient(
        headers={"User-Agent": f"asknews-ner-publishers-verify (+{contact})"},
        follow_redirects=True,
        max_redirects=_REDIRECTS,
        timeout=SECONDS,
    )
