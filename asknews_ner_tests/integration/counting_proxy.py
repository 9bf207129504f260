"""A proxy before a real server that counts what reached it: equal requests, and how many were under way at an instant."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from asknews_ner_tests.integration.on_loopback import served


@dataclass
class Counted:
    """`bodies`: how often each chat request came through to the server. `under_way`: those that it has not answered yet.
    `lost`: those that it died over."""

    url: str = ""
    bodies: Counter[bytes] = field(default_factory=Counter)
    under_way: int = 0
    lost: int = 0

    @property
    def repeats(self) -> int:
        return self.bodies.total() - len(self.bodies)


@contextmanager
def counting(port: int) -> Iterator[Counted]:
    """Pass everything on to a server on this port of the loopback. A lost server is a lost connection for the client as well."""
    counted = Counted()
    target = f"http://127.0.0.1:{port}"

    async def passed_on(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        chat = request.path.endswith("/chat/completions")
        headers = {name: request.headers[name] for name in ("Authorization", "Content-Type") if name in request.headers}
        if chat:
            counted.bodies[body] += 1
            counted.under_way += 1
        try:
            # A connection of its own for each request: a client that is killed takes its requests back from the server.
            async with (
                aiohttp.ClientSession() as session,
                session.request(request.method, target + request.path, data=body, headers=headers) as given,
            ):
                return web.Response(status=given.status, body=await given.read(), content_type=given.content_type)
        except aiohttp.ClientConnectorError:
            counted.bodies -= Counter([body])  # nobody was there to be asked
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        except aiohttp.ClientError:
            counted.lost += chat
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        finally:
            counted.under_way -= chat

    app = web.Application(client_max_size=2**26)
    app.add_routes([web.route("*", "/{path:.*}", passed_on)])
    with served(app, cancel_with_client=True) as address:
        counted.url = address
        yield counted
