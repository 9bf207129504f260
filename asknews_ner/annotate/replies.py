"""Raw replies → typed values. Pure code over stored text, free to improve without asking again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from asknews_ner.annotate.faults import Fault, ReplyReject
from asknews_ner.fingerprints import canonical_json
from asknews_ner.records import EntityMention


class ReplyError(ValueError):
    """The reply does not hold what was asked for."""

    def __init__(self, reason: ReplyReject, detail: str) -> None:
        super().__init__(detail)
        self.fault = Fault(reason, detail)


@dataclass(frozen=True, slots=True)
class SummaryReply:
    """Title and summary as they were given."""

    title: str
    summary: str
    language: str
    translated: bool


def parse_object(text: str) -> dict[str, Any]:
    """The JSON object in a reply, also when words or a code fence stand around it, and mended where it is nearly JSON.

    `strict=False`: some guided decoders let raw control characters into strings (facts: xgrammar 0.2.8)."""
    start = text.find("{")
    if start < 0:
        raise ReplyError(ReplyReject.MALFORMED, f"no JSON object in the reply: {text[:120]!r}")
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(text[start:])
    except RecursionError as error:  # a looping model can nest brackets without end
        raise ReplyError(ReplyReject.MALFORMED, f"brackets nested without end: {text[:120]!r}") from error
    except json.JSONDecodeError as error:
        value = _mended(text[start:])
        if value is None:
            raise ReplyError(ReplyReject.MALFORMED, f"the reply is not JSON ({error}): {text[:120]!r}") from error
    if not isinstance(value, dict):
        raise ReplyError(ReplyReject.MALFORMED, f"the reply is not a JSON object: {text[:120]!r}")
    return value


def _mended(text: str) -> Any:
    """What json-repair makes of text that a server without guided decoding sent: missing commas, single quotes, comments.

    Only for answers that finished: mending one that was cut off would pass half an answer for a whole one."""
    import json_repair

    try:
        return json_repair.loads(text, skip_json_loads=True) or None
    except RecursionError:
        return None


def check_schema(value: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    """Raises ReplyError naming the first place where a value leaves the schema. Servers ignore some keywords silently."""
    fault = next(iter(_validator(canonical_json(schema)).iter_errors(value)), None)
    if fault is not None:
        place = "/".join(str(part) for part in fault.absolute_path) or "the object"
        raise ReplyError(ReplyReject.MALFORMED, f"{place}: {fault.message[:200]}")


@cache
def _validator(schema: str) -> Any:
    import jsonschema

    return jsonschema.Draft202012Validator(json.loads(schema))


def parse_summary(text: str) -> SummaryReply:
    """Title and summary; raises ReplyError if one is missing or the summary is blank."""
    value = parse_object(text)
    title, summary = value.get("title"), value.get("summary")
    if not isinstance(title, str) or not isinstance(summary, str):
        raise ReplyError(ReplyReject.MALFORMED, "the reply lacks `title` or `summary` as a string")
    if not any(map(str.isalnum, summary)):
        raise ReplyError(ReplyReject.EMPTY, f"the summary is blank: {summary[:40]!r}")
    return SummaryReply(title.strip(), summary.strip(), str(value.get("language", "en")), bool(value.get("translated", True)))


def parse_entities(text: str) -> tuple[EntityMention, ...]:
    """Entities in the order given; raises ReplyError if the list is missing or an item is malformed."""
    items = parse_object(text).get("entities")
    if not isinstance(items, list):
        raise ReplyError(ReplyReject.MALFORMED, "the reply has no list `entities`")
    return tuple(_mentions(items))


def _mentions(items: Sequence[Any]) -> list[EntityMention]:
    mentions = []
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("text"), str) or not isinstance(item.get("type"), str):
            raise ReplyError(ReplyReject.MALFORMED, f"an entity without `text` and `type` as strings: {item!r:.100}")
        if item["text"].strip() and item["type"].strip():
            mentions.append(EntityMention(item["text"].strip(), item["type"].strip()))
    return mentions


def parse_topic_name(text: str) -> tuple[str, str]:
    """A topic's (name, category, which may be empty); raises ReplyError if the name is blank."""
    answer = parse_object(text)
    name, category = answer.get("name"), answer.get("category")
    if not isinstance(name, str) or not name.strip():
        raise ReplyError(ReplyReject.EMPTY, "the reply has no `name`")
    return " ".join(name.split())[:120], " ".join(category.split())[:60] if isinstance(category, str) else ""
