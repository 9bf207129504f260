"""Chat completions over aiohttp: many at once, retried where that can help, never left hanging.

Why aiohttp and not the openai SDK or httpx: measured against vLLM 0.32 at 128 requests in flight they cost 2 to 2.8 and 3.5 to
6.3 ms of CPU a request, aiohttp 0.3 to 0.8, and httpx reached a third of its throughput (benchmarks/llm_client.py). Nothing is
streamed: it costs ten times as much, and an answer counts only when it is whole."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_delay, wait_random_exponential

from asknews_ner.annotate.annotator import LOST, AnnotatorError, Reply, Usage
from asknews_ner.annotate.faults import CONTEXT_FULL

_CONNECT_SECONDS = 10.0
_KEEP_ALIVE_SECONDS = 4.0  # below the 5 seconds after which vLLM's server closes an idle connection
_LONGEST_WAIT = 60.0  # seconds that a server may ask for
_LONGEST_STEP = 15.0  # seconds between our own attempts
_FAILED_ATTEMPTS = 5  # on which the server failed (500), busy ones not counted: it may well be the request
_HTTP_OK, _TOO_MANY, _SERVER_FAULT = 200, 429, 500
_UNAUTHORIZED = (401, 403)
_BUSY = (_TOO_MANY, 502, 503)  # 502 is what a gateway says of a server that restarts


@dataclass(frozen=True)
class Endpoint:
    """Where a model is served. The key is sent, never stored and never shown.

    `timeout_seconds`: for one answer. `patience_seconds`: how long a request is repeated while the server is busy, away or
    restarting; a large model takes minutes to load."""

    url: str
    api_key: str = field(default="", repr=False)
    concurrency: int = 64
    timeout_seconds: float = 600.0
    patience_seconds: float = 600.0


class UnansweredError(RuntimeError):
    """This request got no answer; the message says why."""


class RetryableError(UnansweredError):
    """The server is busy, restarting or gone (`passes`: time will help), or it failed on this request. `after`: seconds that it asked
    us to wait, if it did."""

    def __init__(self, message: str, after: float | None = None, passes: bool = True) -> None:
        super().__init__(message)
        self.after = after
        self.passes = passes


class ChatClient:
    """One endpoint. `async with` it; requests of one client share connections and the pause that a busy server asks for."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._session: aiohttp.ClientSession | None = None
        self._pause_until = 0.0

    async def __aenter__(self) -> "ChatClient":
        key = self._endpoint.api_key
        self._session = aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            connector=aiohttp.TCPConnector(limit=self._endpoint.concurrency, keepalive_timeout=_KEEP_ALIVE_SECONDS),
            timeout=aiohttp.ClientTimeout(total=self._endpoint.timeout_seconds, sock_connect=_CONNECT_SECONDS),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def complete(self, body: Mapping[str, Any], context_length: int = 0) -> Reply:
        """One answer, or a Reply that says why there is none. Raises AnnotatorError where no request can succeed.

        Connection loss, 429 and 5xx are tried again, after the time the server names or a growing random one; timeouts are not:
        the server has the work still, and would have it twice."""
        started = time.monotonic()
        try:
            answer = await self._persistently(body)
        except RetryableError as error:
            return Reply("", LOST, str(error))
        except UnansweredError as error:
            return Reply("", "refused", str(error))
        return _reply(answer, time.monotonic() - started, context_length)

    async def _persistently(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            return await self._post(body)
        except RetryableError as error:
            failed = [error]

        async def again() -> Mapping[str, Any]:
            if failed:
                raise failed.pop()  # the first attempt, made before: most requests never come here and save the machinery's cost
            return await self._post(body)

        failures = 0

        def failed_too_often(state: RetryCallState) -> bool:
            nonlocal failures
            error = state.outcome.exception() if state.outcome else None
            failures += isinstance(error, RetryableError) and not error.passes
            return failures >= _FAILED_ATTEMPTS

        patience_is_over = stop_after_delay(self._endpoint.patience_seconds)
        retries = AsyncRetrying(
            retry=retry_if_exception_type(RetryableError),
            stop=lambda state: failed_too_often(state) or patience_is_over(state),
            wait=_wait,
            reraise=True,
        )
        return await retries(again)

    async def get(self, path: str) -> Any:
        """A GET below the server's root or the /v1 address; raises UnansweredError. Not retried."""
        assert self._session is not None
        base = self._endpoint.url if not path.startswith("/") else self._endpoint.url.rstrip("/").removesuffix("/v1")
        try:
            async with self._session.get(f"{base.rstrip('/')}/{path.lstrip('/')}", timeout=aiohttp.ClientTimeout(20)) as response:
                return _decoded(response.status, await response.read(), response.headers)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise UnansweredError(f"{type(error).__name__}: {error}") from error

    async def count_tokens(self, model: str, prompt: str) -> int | None:
        """Tokens of a prompt by the server's own tokenizer (/tokenize of vLLM and of llama.cpp); None where there is no such count."""
        assert self._session is not None
        root = self._endpoint.url.rstrip("/").removesuffix("/v1")
        # vLLM reads `messages` and adds the chat template's tokens, llama.cpp reads `content`; each ignores the other's field.
        body = {"model": model, "messages": [{"role": "user", "content": prompt}], "content": prompt}
        try:
            async with self._session.post(f"{root}/tokenize", json=body) as response:
                value = _decoded(response.status, await response.read(), response.headers)
        except (aiohttp.ClientError, OSError, TimeoutError, UnansweredError):
            return None
        if not isinstance(value, dict):
            return None
        return int(value["count"]) if "count" in value else len(value["tokens"]) if "tokens" in value else None

    async def _post(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        assert self._session is not None
        while (pause := self._pause_until - time.monotonic()) > 0:
            await asyncio.sleep(pause)
        try:
            async with self._session.post(f"{self._endpoint.url.rstrip('/')}/chat/completions", json=body) as response:
                value = _decoded(response.status, await response.read(), response.headers)
        except TimeoutError as error:
            raise UnansweredError(
                f"no answer in {self._endpoint.timeout_seconds:g} s; raise the time limit or lower the concurrency"
            ) from error
        except (aiohttp.ClientError, OSError) as error:
            raise RetryableError(f"{type(error).__name__}: {error}") from error
        except RetryableError as error:
            if error.passes and error.after:
                # All requests wait, not this one alone: the others would be refused as well.
                self._pause_until = max(self._pause_until, time.monotonic() + error.after)
            raise
        choices = value.get("choices") if isinstance(value, dict) else None
        if not choices:
            raise UnansweredError(f"HTTP 200 without an answer: {str(value)[:200]}")
        if choices[0].get("finish_reason") == "abort":
            raise RetryableError("the server stopped in the middle of the answer")  # vLLM on SIGTERM: HTTP 200, half an answer
        return value  # type: ignore[no-any-return]


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, RetryableError) and error.after is not None:
        return error.after + wait_random_exponential(multiplier=0.25, max=2.0)(state)
    return float(wait_random_exponential(multiplier=1.0, max=_LONGEST_STEP)(state))


def _decoded(status: int, data: bytes, headers: Mapping[str, str]) -> Any:
    """The body of a good answer; otherwise raises what the status means. Bodies of errors have many forms, plain text too."""
    if status == _HTTP_OK:
        try:
            return json.loads(data)
        except ValueError as error:
            raise UnansweredError(f"HTTP 200 with a body that is not JSON: {data[:120]!r}") from error
    message = f"HTTP {status}: {_message(data)}"
    if status in _UNAUTHORIZED:
        raise AnnotatorError(f"the LLM server refuses our key ({message}); set ASKNEWS_NER_LLM_API_KEY to the one it wants")
    if status == _TOO_MANY or status >= _SERVER_FAULT:
        raise RetryableError(message, _retry_after(headers), passes=status in _BUSY)
    raise UnansweredError(message)


def _message(data: bytes) -> str:
    text = data.decode(errors="replace")
    try:
        value = json.loads(text)
    except ValueError:
        return text[:300]
    error = value.get("error", value.get("detail", value)) if isinstance(value, dict) else value
    return str(error.get("message", error) if isinstance(error, dict) else error)[:300]


def _retry_after(headers: Mapping[str, str]) -> float | None:
    try:
        return min(max(float(headers.get("Retry-After", "")), 0.0), _LONGEST_WAIT)
    except ValueError:
        return None  # absent, or a date, which no LLM server was seen to send


def _reply(answer: Mapping[str, Any], seconds: float, context_length: int) -> Reply:
    choice, counts = answer["choices"][0], answer.get("usage") or {}
    details = counts.get("prompt_tokens_details") or {}
    usage = Usage(
        int(counts.get("prompt_tokens") or 0),
        int(details.get("cached_tokens") or 0),
        int(counts.get("completion_tokens") or 0),
        round(seconds, 3),
    )
    finish = str(choice.get("finish_reason") or "none")
    if finish == "length" and context_length and usage.prompt_tokens + usage.completion_tokens >= context_length:
        finish = CONTEXT_FULL
    return Reply(choice["message"].get("content") or "", finish, usage=usage)
