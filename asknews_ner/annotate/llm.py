"""Any OpenAI-compatible endpoint (vLLM, llama.cpp, a hosted API) as an annotator.

Client: the openai SDK over aiohttp, the cheapest per request of those measured under load (facts: 0.3 ms of CPU for
aiohttp, 1.3 to 6 ms for httpx); not streamed, a bounded number in flight. The SDK retries connection loss, 408, 409, 429
and 5xx with backoff and honours Retry-After."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from asknews_ner.annotate.annotator import AnnotatorError, Reply, TaskInput
from asknews_ner.annotate.tasks import SCHEMAS, prompt_text, render
from asknews_ner.fingerprints import fingerprint
from asknews_ner.recipe import ModelChoice, TaskName


@dataclass(frozen=True)
class Endpoint:
    """Where a model is served. The key is sent, never stored and never logged."""

    url: str
    api_key: str = "none"
    concurrency: int = 64
    timeout_seconds: float = 300.0
    max_retries: int = 5


class LlmAnnotator:
    """One model at one endpoint, for the tasks whose ModelChoice names it."""

    def __init__(self, endpoint: Endpoint, choice: ModelChoice) -> None:
        self._endpoint = endpoint
        self._choice = choice

    @property
    def name(self) -> str:
        """The model's name as the recipe gives it."""
        return self._choice.model

    def fingerprint(self, task: TaskName) -> str:
        """Hash of model, template text, schema and decoding. The endpoint's address does not shape a reply."""
        return fingerprint(task, self._choice, prompt_text(self._choice.prompt), SCHEMAS[task])

    def check(self) -> None:
        """Raises AnnotatorError if the endpoint cannot be reached or does not serve the model. One cheap request."""
        from openai import APIConnectionError, APIStatusError, OpenAI

        client = OpenAI(base_url=self._endpoint.url, api_key=self._endpoint.api_key, timeout=20.0, max_retries=1)
        try:
            served = [model.id for model in client.models.list()]
        except APIConnectionError as error:
            raise AnnotatorError(
                f"no LLM server answers at {self._endpoint.url} ({error.__cause__ or error}); start it, or correct ASKNEWS_NER_LLM_URL"
            ) from error
        except APIStatusError as error:
            raise AnnotatorError(
                f"the LLM server at {self._endpoint.url} refuses to list its models (HTTP {error.status_code}); "
                "the address must end in /v1, and ASKNEWS_NER_LLM_API_KEY must hold its key if it wants one"
            ) from error
        finally:
            client.close()
        if served and self.name not in served:
            raise AnnotatorError(
                f"the LLM server at {self._endpoint.url} does not serve {self.name!r}; it serves {', '.join(sorted(served))}: "
                "correct ASKNEWS_NER_LLM_MODEL or the model in the recipe"
            )

    def replies(self, task: TaskName, inputs: Sequence[TaskInput]) -> Iterator[tuple[int, Reply]]:
        """Replies as they come. Only a finished answer counts: a server that is shut down sends half an answer with
        HTTP 200 and finish reason `abort` (facts: vLLM 0.32), and `length` is an answer cut off."""
        if not inputs:
            return
        from openai import AsyncOpenAI, DefaultAioHttpClient

        with asyncio.Runner() as runner:
            client = AsyncOpenAI(
                base_url=self._endpoint.url,
                api_key=self._endpoint.api_key,
                timeout=self._endpoint.timeout_seconds,
                max_retries=self._endpoint.max_retries,
                http_client=DefaultAioHttpClient(),
            )
            waiting = iter(enumerate(inputs))
            running: set[asyncio.Task[tuple[int, Reply]]] = set()
            try:
                while True:
                    runner.run(_fill(running, waiting, self._endpoint.concurrency, lambda i, one: self._one(client, task, i, one)))
                    if not running:
                        return
                    done, running = runner.run(_first_done(running))
                    for finished in done:
                        yield finished.result()
            finally:
                runner.run(_stop(running))
                runner.run(client.close())

    async def _one(self, client: Any, task: TaskName, index: int, task_input: TaskInput) -> tuple[int, Reply]:
        from openai import APIError

        try:
            answer = await client.chat.completions.create(
                model=self.name,
                messages=[{"role": "user", "content": render(self._choice.prompt, task_input)}],
                temperature=self._choice.temperature,
                max_tokens=self._choice.max_output_tokens,
                response_format={"type": "json_schema", "json_schema": {"name": task, "schema": SCHEMAS[task], "strict": True}},
            )
        except APIError as error:
            return index, Reply("", f"{type(error).__name__}: {error.message}"[:300])
        choice = answer.choices[0]
        if choice.finish_reason != "stop":
            return index, Reply(
                "", f"the answer did not finish: {choice.finish_reason} after {self._choice.max_output_tokens} tokens at most"
            )
        return index, Reply(choice.message.content or "")


async def _fill(running: set[Any], waiting: Iterator[tuple[int, TaskInput]], limit: int, start: Any) -> None:
    while len(running) < limit:
        following = next(waiting, None)
        if following is None:
            return
        coroutine: Coroutine[Any, Any, Any] = start(*following)
        running.add(asyncio.ensure_future(coroutine))


async def _first_done(running: set[Any]) -> tuple[set[Any], set[Any]]:
    return await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)


async def _stop(running: set[Any]) -> None:
    """No request is left hanging when the caller stops early."""
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
