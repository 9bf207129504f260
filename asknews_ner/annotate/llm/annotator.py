"""A model behind an OpenAI-compatible endpoint (vLLM, llama.cpp, a hosted API) as an annotator."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from asknews_ner.annotate.annotator import LOST, AnnotatorError, Decoding, Deliver, Reply, Request, TaskInput
from asknews_ner.annotate.llm.client import ChatClient, Endpoint
from asknews_ner.annotate.llm.room import fit, tokens_of
from asknews_ner.annotate.llm.served import Served, served_by
from asknews_ner.annotate.money import Budget
from asknews_ner.annotate.tasks import FORM, RENDERING, TYPE_NAMES, prompt_text, schema_of
from asknews_ner.fingerprints import fingerprint
from asknews_ner.recipe import ModelChoice, PanelMember, TaskName

_LOST_IN_A_ROW = 3
"""So many requests in a row that stayed without any reply, as long as our patience lasts, and we say that the server is gone."""


class LlmAnnotator:
    """One model at one endpoint, for the tasks whose ModelChoice names it."""

    def __init__(self, endpoint: Endpoint, choice: ModelChoice, budget: Budget | None = None) -> None:
        """Raises AnnotatorError if there is a budget and no price for the model."""
        self._endpoint = endpoint
        self._choice = choice
        self.budget = budget
        if budget is not None:
            budget.check_price(choice.model)

    @property
    def name(self) -> str:
        """The model's name as the recipe gives it."""
        return self._choice.model

    @cached_property
    def identity(self) -> Served:
        """What the server says that it serves; raises AnnotatorError if it does not answer or has another model."""
        return served_by(self._endpoint, self._choice.model)

    @property
    def served(self) -> str:
        """The identity as JSON."""
        return self.identity.as_text()

    @property
    def attempts(self) -> int:
        """As the recipe says."""
        return self._choice.attempts

    def fingerprint(self, task: TaskName) -> str:
        """Hash of model, revision, weights behind the name, template text and schema. Neither the endpoint's address nor the
        engine's version shapes a reply in a way that would justify paying again."""
        choice = self._choice
        nucleus = [choice.top_p] if choice.top_p < 1 else []  # as before there was the setting: stored replies keep their keys
        what = [choice.model, choice.revision, self.identity.root, prompt_text(choice.prompt), RENDERING, schema_of(task)]
        return fingerprint(task, *what, *nucleus)

    def first_decoding(self, task: TaskName) -> Decoding:
        """The recipe's settings."""
        sample = self._choice.sample if isinstance(self._choice, PanelMember) else 0
        return Decoding(1, self._choice.temperature, self._choice.max_output_tokens, sample=sample)

    def answer(self, task: TaskName, requests: Iterable[Request], deliver: Deliver) -> None:
        """All at once, up to the endpoint's concurrency. Raises AnnotatorError if the server is gone, with what came stored."""
        asyncio.run(_Crew(self._endpoint, self._choice, self.identity, task, deliver).work(requests))

    @property
    def concurrency(self) -> int:
        """Requests in flight."""
        return self._endpoint.concurrency

    def prompt_tokens(self, task: TaskName, inputs: Sequence[TaskInput]) -> list[int]:
        """Tokens of the prompts that these inputs would be asked with."""
        return asyncio.run(self._count(task, inputs))

    async def _count(self, task: TaskName, inputs: Sequence[TaskInput]) -> list[int]:
        counts = []
        async with ChatClient(self._endpoint) as client:
            for task_input in inputs:
                prompt, _ = await fit(client, self._choice, self.identity, self.first_decoding(task), task_input)
                counts.append(await tokens_of(client, self._choice.model, prompt))
        return counts


class _Crew:
    """Workers that take requests from one iterator: as many in flight as the endpoint bears, no queue of waiting requests."""

    def __init__(self, endpoint: Endpoint, choice: ModelChoice, served: Served, task: TaskName, deliver: Deliver) -> None:
        self._endpoint, self._choice, self._served, self._task, self._deliver = endpoint, choice, served, task, deliver
        self._lost = 0

    async def work(self, requests: Iterable[Request]) -> None:
        waiting = iter(requests)
        async with ChatClient(self._endpoint) as client:
            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(self._endpoint.concurrency):
                        group.create_task(self._take(client, waiting))
            except BaseExceptionGroup as errors:
                # The group has cancelled the other workers: no request is left hanging. One cause is enough for the caller.
                raise errors.exceptions[0] from None

    async def _take(self, client: ChatClient, waiting: Iterator[Request]) -> None:
        for request in waiting:
            following: Request | None = request
            while following is not None:
                reply = await self._one(client, following)
                self._watch(reply)
                following = self._deliver(following, reply)

    async def _one(self, client: ChatClient, request: Request) -> Reply:
        prompt, cut = await fit(client, self._choice, self._served, request.decoding, request.task_input)
        reply = await client.complete(self._body(prompt, request), self._served.context_length)
        return replace(reply, cut_characters=cut) if cut else reply

    def _body(self, prompt: str, request: Request) -> dict[str, Any]:
        decoding = request.decoding
        body: dict[str, Any] = {
            "model": self._choice.model,
            "messages": [{"role": "user", "content": prompt}],
            "temperature": decoding.temperature,
            "max_tokens": decoding.max_output_tokens,
        }
        if self._choice.top_p < 1:
            body["top_p"] = self._choice.top_p
        if decoding.presence_penalty:
            body["presence_penalty"] = decoding.presence_penalty
        if self._choice.guided:
            schema = schema_of(self._task, request.task_input.get(TYPE_NAMES, ""), request.task_input.get(FORM, ""))
            body["response_format"] = {"type": "json_schema", "json_schema": {"name": self._task, "schema": schema, "strict": True}}
        if self._served.is_vllm:
            # Ends a loop after a dozen equal patterns instead of at the token limit (finish reason `repetition`).
            body["repetition_detection"] = {"max_pattern_size": 16, "min_count": 12}
        return body

    def _watch(self, reply: Reply) -> None:
        self._lost = self._lost + 1 if reply.finish == LOST else 0
        if self._lost >= _LOST_IN_A_ROW:
            raise AnnotatorError(
                f"the LLM server at {self._endpoint.url} stays away ({reply.error}); what it answered before is stored: start it "
                "again and repeat the run"
            )
