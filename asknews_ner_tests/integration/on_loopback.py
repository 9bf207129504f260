"""An aiohttp application served on a free port of the loopback, in a thread, as long as a block runs."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(app: web.Application, cancel_with_client: bool = False) -> Iterator[str]:
    """Its address, ending in /v1. `cancel_with_client`: a handler ends when its client has gone."""
    ready, loop, address = threading.Event(), asyncio.new_event_loop(), []

    async def start() -> None:
        runner = web.AppRunner(app, handler_cancellation=cancel_with_client)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address.append(f"http://127.0.0.1:{runner.addresses[0][1]}/v1")
        ready.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(start())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        yield address[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
