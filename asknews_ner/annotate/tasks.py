"""What an LLM is asked for in each task: the prompt template by version, and the JSON schema of the answer."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from asknews_ner.annotate.annotator import AnnotatorError, TaskInput
from asknews_ner.recipe import TaskName


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    """A closed object, all properties required: what every guided decoder enforces the same way (facts: vLLM 0.32)."""
    return {"type": "object", "properties": dict(properties), "required": list(properties), "additionalProperties": False}


_TEXT = {"type": "string"}
_ENTITIES = {"type": "array", "items": _object({"text": _TEXT, "type": _TEXT})}

SCHEMAS: Mapping[TaskName, dict[str, Any]] = {
    "summarise": _object({"title": _TEXT, "summary": _TEXT}),
    "label": _object({"entities": _ENTITIES}),
    "name_topics": _object({"name": _TEXT}),
    "generate": _object({"sentences": {"type": "array", "items": _object({"text": _TEXT, "entities": _ENTITIES})}}),
}
"""Closed objects of plain strings: lengths are limited by max_output_tokens, and checked when the reply is parsed."""


@cache
def prompt_text(name: str) -> str:
    """The template's source; its hash is part of the replies' key. Raises AnnotatorError for an unknown name."""
    file = resources.files("asknews_ner.annotate").joinpath("prompts", name)
    if not file.is_file():
        shipped = sorted(item.name for item in resources.files("asknews_ner.annotate").joinpath("prompts").iterdir())
        raise AnnotatorError(f"no prompt template {name!r}; shipped are {', '.join(shipped)}")
    return file.read_text(encoding="utf-8")


@cache
def _template(name: str) -> Template:
    # Plain text, not HTML: autoescape would change the article. A missing field is an error, not an empty string.
    return Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True).from_string(prompt_text(name))  # noqa: S701


def render(name: str, task_input: TaskInput) -> str:
    """The prompt of one request."""
    return _template(name).render(**task_input)
