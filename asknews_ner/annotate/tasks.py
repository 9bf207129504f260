"""What an LLM is asked for in each task: the prompt template by version, the JSON schema of the answer, and what is an answer at all."""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from asknews_ner.annotate.annotator import AnnotatorError, TaskInput
from asknews_ner.annotate.checks.shield import Suspicion, carried_over, defused, passages
from asknews_ner.annotate.faults import Fault, ReplyReject
from asknews_ner.annotate.replies import ReplyError, check_schema, parse_entities, parse_object, parse_summary, parse_topic_name
from asknews_ner.recipe import TaskName

CANARY = "quince-lantern-4471"
"""Stands in the instructions of every template and nowhere else: an answer that holds it repeats its instructions."""

RENDERING = 1
"""Version of `render`: raised when the same template and input would give another prompt."""

TYPE_NAMES = "type_names"
"""Input field: names of the closed list of entity types, one a line; empty where any type may be named."""

FORM, STUDY_FORM = "form", "study"
"""Input field of `generate`: the form of the answer, `study` (Kamath and Vajjala 2025: integers in parallel lists) or this project's."""

_REFUSALS = re.compile(
    r"\s*(?:i(?:['’]m| am) (?:sorry|unable|not able)|i (?:cannot|can['’]t|won['’]t)|sorry,|as an ai\b|i apologi[sz]e|"
    r"unfortunately, i (?:cannot|can['’]t|am))",
    re.IGNORECASE,
)
_WORDS_WITHOUT_ENTITY = 40
_FROM_OUTSIDE = frozenset({"title", "text", "titles", "examples", "news", "topic", "avoid"})


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    """A closed object, all properties required: what every guided decoder enforces the same way (facts: vLLM 0.32)."""
    return {"type": "object", "properties": dict(properties), "required": list(properties), "additionalProperties": False}


def schema_of(task: TaskName, type_names: str = "", form: str = "") -> dict[str, Any]:
    """The schema of a task's answer. Closed objects of plain strings and enums: xgrammar 0.2.8 writes invalid JSON under string
    lengths and patterns, so lengths are limited by the number of tokens, and checked when the answer is read."""
    text = {"type": "string"}
    names = type_names.splitlines()
    listed = {"type": "string", "enum": names} if names else text
    entities = {"type": "array", "items": _object({"text": text, "type": listed})}
    schemas: dict[TaskName, dict[str, Any]] = {
        "summarise": _object({"title": text, "summary": text}),
        "label": _object({"entities": entities}),
        "name_topics": _object({"name": text, "category": listed}),
        "generate": _object({"sentences": {"type": "array", "items": _object({"text": text, "entities": entities})}}),
    }
    return _study_schema() if form == STUDY_FORM else schemas[task]


def _study_schema() -> dict[str, Any]:
    """The strict schema that the study gave to OpenAI's API (facts §2.2); its open models were given none."""
    tokens, tags = {"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {"type": "integer"}}
    return _object({"ner_datapoints": {"type": "array", "items": _object({"tokens": tokens, "ner_tags": tags})}})


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
    """The prompt of one request. What comes from outside is made harmless: it cannot close the fence or begin another turn."""
    fields = {key: defused(value) if key in _FROM_OUTSIDE else value for key, value in task_input.items()}
    return _template(name).render(canary=CANARY, **fields)


def judge(task: TaskName, task_input: TaskInput, text: str) -> Fault | None:
    """What is wrong with a finished answer (of `generate`, only that it obeys a text: its losses are counted sentence by sentence).

    Types outside a closed list are no fault: they are dropped, and counted, one by one."""
    if CANARY in text:
        return Fault(ReplyReject.INSTRUCTED, "the answer repeats the instructions")
    try:
        if task == "summarise":
            summary = parse_summary(text)
            return _refusal(summary.title, summary.summary) or _instructed(task_input, f"{summary.title}\n{summary.summary}")
        if task == "label":
            check_schema(parse_object(text), schema_of(task))
            words = len(task_input["text"].split())
            if not parse_entities(text) and words >= _WORDS_WITHOUT_ENTITY:
                return Fault(ReplyReject.EMPTY, f"no entity in a text of {words} words")
        elif task == "name_topics":
            name, _ = parse_topic_name(text)
            return _refusal(name) or _instructed(task_input, name)
        elif task == "generate":
            return _instructed(task_input, text)
    except ReplyError as error:
        return error.fault
    return None


def _instructed(task_input: TaskInput, answer: str) -> Fault | None:
    """Control tokens in the answer, or names that the text says only where it speaks to a model."""
    source = "\n".join(task_input.get(key, "") for key in ("title", "text", "titles", "news"))
    found = [passage.text for passage in passages(answer) if passage.suspicion is Suspicion.CHAT_MARK] or carried_over(source, answer)
    return Fault(ReplyReject.INSTRUCTED, f"from a passage that speaks to a model: {', '.join(found)[:160]!r}") if found else None


def _refusal(*texts: str) -> Fault | None:
    found = next((text for text in texts if _REFUSALS.match(text)), None)
    return Fault(ReplyReject.REFUSAL, f"the answer begins {found[:80]!r}") if found else None
