"""An OpenAI-compatible server that says what a test tells it to: human gold, or lies of every kind seen in the wild.

Random weights say nothing sensible, so meaning is tested here; protocol and limits are tested on the real servers. Bodies of errors
are those that vLLM 0.32 was seen to send."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from asknews_ner_tests.integration.on_loopback import served

MODEL = "scripted"
CONTEXT = 8192


@dataclass(frozen=True)
class Say:
    """One answer: its text and finish reason; or a status with a body; or a dropped connection. After `delay` seconds."""

    text: str = ""
    finish: str = "stop"
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: bool = False


BUSY = Say(status=503, body={"error": {"message": "The engine is currently busy", "type": "Service Unavailable", "code": 503}})
TOO_MANY = Say(status=429, body={"error": {"message": "rate limit"}}, headers={"Retry-After": "0.05"})
BROKEN = Say(status=500, body="Request failed: error sending request for url (http://worker)")
DROPPED = Say(drop=True)

Script = Callable[[dict[str, Any]], Say]


@dataclass
class Scripted:
    """The running server: its address, and the bodies of all chat requests in the order they came."""

    url: str
    seen: list[dict[str, Any]]
    most_at_once: int = 0
    keys: set[str] = field(default_factory=set)


def prompt_of(body: dict[str, Any]) -> str:
    return str(body["messages"][-1]["content"])


@contextmanager
def scripted(script: Script, root: str = "org/scripted", cancel_with_client: bool = False, model: str = MODEL) -> Iterator[Scripted]:
    """Serve `model` on a free port of the loopback until the block ends. `cancel_with_client`: an answer that stalls ends with who waited for it."""
    server = Scripted("", [])
    running = 0

    async def chat(request: web.Request) -> web.StreamResponse:
        nonlocal running
        body = await request.json()
        server.seen.append(body)
        server.keys.add(request.headers.get("Authorization", ""))
        running += 1
        server.most_at_once = max(server.most_at_once, running)
        try:
            say = script(body)
            await asyncio.sleep(say.delay)
        finally:
            running -= 1
        if say.drop:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if say.status != 200:
            text = say.body if isinstance(say.body, str) else json.dumps(say.body)
            return web.Response(status=say.status, text=text, headers=say.headers)
        words = len(say.text.split())
        usage = {"prompt_tokens": len(prompt_of(body).split()), "completion_tokens": words, "prompt_tokens_details": {"cached_tokens": 7}}
        choice = {"index": 0, "message": {"role": "assistant", "content": say.text}, "finish_reason": say.finish}
        return web.json_response({"id": "c", "object": "chat.completion", "model": model, "choices": [choice], "usage": usage})

    async def models(_: web.Request) -> web.Response:
        return web.json_response({"data": [{"id": model, "root": root, "owned_by": "vllm", "max_model_len": CONTEXT}]})

    async def version(_: web.Request) -> web.Response:
        return web.json_response({"version": "0.32.0"})

    async def tokenize(request: web.Request) -> web.Response:
        return web.json_response({"count": len((await request.json())["content"].split()), "max_model_len": CONTEXT})

    app = web.Application(client_max_size=2**26)
    app.add_routes([web.post("/v1/chat/completions", chat), web.get("/v1/models", models), web.get("/version", version)])
    app.add_routes([web.post("/tokenize", tokenize)])
    with served(app, cancel_with_client) as address:
        server.url = address
        yield server
