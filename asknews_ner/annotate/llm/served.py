"""What a server says that it serves. Part of every reply's key and kept with every reply: a name alone can stand for any model."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from asknews_ner.annotate.annotator import AnnotatorError
from asknews_ner.annotate.llm.client import ChatClient, Endpoint, UnansweredError
from asknews_ner.fingerprints import canonical_json


@dataclass(frozen=True, slots=True)
class Served:
    """`model`: the name in requests. `root`: the weights behind it (hub name or folder), as vLLM tells; empty elsewhere.
    `engine`: who answers (`vllm 0.32.0`, `llamacpp`, a hosted service's name). `context_length`: tokens, 0 if not told."""

    model: str
    root: str
    engine: str
    context_length: int

    @property
    def is_vllm(self) -> bool:
        """Whether fields that only vLLM knows may be sent: others refuse or ignore them."""
        return self.engine.startswith("vllm")

    def as_text(self) -> str:
        """Canonical JSON, for the store."""
        return canonical_json({"model": self.model, "root": self.root, "engine": self.engine, "context_length": self.context_length})


@cache
def served_by(endpoint: Endpoint, model: str) -> Served:
    """Asked once in a process. Raises AnnotatorError if the endpoint cannot be reached or does not serve the model."""
    return asyncio.run(_ask(endpoint, model))


async def _ask(endpoint: Endpoint, model: str) -> Served:
    async with ChatClient(endpoint) as client:
        try:
            listed = await client.get("models")
        except UnansweredError as error:
            raise AnnotatorError(
                f"no LLM server answers at {endpoint.url} ({error}); start it, or correct ASKNEWS_NER_LLM_URL (it ends in /v1)"
            ) from error
        models = {str(entry.get("id")): entry for entry in (listed.get("data") or [] if isinstance(listed, dict) else [])}
        if models and model not in models:
            raise AnnotatorError(
                f"the LLM server at {endpoint.url} does not serve {model!r}; it serves {', '.join(sorted(models))}: "
                "correct ASKNEWS_NER_LLM_MODEL or the model in the recipe"
            )
        entry = models.get(model, {})
        owner = str(entry.get("owned_by") or "unknown")
        if owner == "vllm":
            with suppress(UnansweredError):  # behind a gateway that passes /v1 only, the version stays unknown
                owner = f"vllm {(await client.get('/version')).get('version', '')}".strip()
        meta = entry.get("meta") or {}
        length = entry.get("max_model_len") or meta.get("n_ctx") or meta.get("n_ctx_train") or 0
        return Served(model, str(entry.get("root") or ""), owner, int(length))
