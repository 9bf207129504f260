"""Raw replies → typed values. Pure code over stored text, free to improve without asking again."""

import json
from dataclasses import dataclass
from typing import Any

from asknews_ner.records import EntityMention


class ReplyError(ValueError):
    """The reply does not hold what was asked for; the message goes to the rejects table."""


@dataclass(frozen=True, slots=True)
class SummaryReply:
    """Title and summary as they were given."""

    title: str
    summary: str
    language: str
    translated: bool


def parse_object(text: str) -> dict[str, Any]:
    """The JSON object in a reply, also when words or a code fence stand around it.

    `strict=False`: some guided decoders let raw control characters into strings (facts: xgrammar 0.2.8)."""
    start = text.find("{")
    if start < 0:
        raise ReplyError(f"no JSON object in the reply: {text[:120]!r}")
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(text[start:])
    except (json.JSONDecodeError, RecursionError) as error:  # a looping model can nest brackets without end
        raise ReplyError(f"the reply is not JSON ({error}): {text[:120]!r}") from error
    if not isinstance(value, dict):
        raise ReplyError("the reply is not a JSON object")
    return value


def parse_summary(text: str) -> SummaryReply:
    """Title and summary; raises ReplyError if one is missing or the summary is blank."""
    value = parse_object(text)
    title, summary = value.get("title"), value.get("summary")
    if not isinstance(title, str) or not isinstance(summary, str):
        raise ReplyError("the reply lacks `title` or `summary` as a string")
    if not summary.strip():
        raise ReplyError("the summary is blank")
    return SummaryReply(title.strip(), summary.strip(), str(value.get("language", "en")), bool(value.get("translated", True)))


def parse_entities(text: str) -> tuple[EntityMention, ...]:
    """Entities in the order given; raises ReplyError if the list is missing or an item is malformed."""
    items = parse_object(text).get("entities")
    if not isinstance(items, list):
        raise ReplyError("the reply has no list `entities`")
    mentions = []
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("text"), str) or not isinstance(item.get("type"), str):
            raise ReplyError(f"an entity without `text` and `type` as strings: {item!r:.100}")
        if item["text"].strip() and item["type"].strip():
            mentions.append(EntityMention(item["text"].strip(), item["type"].strip()))
    return tuple(mentions)


def parse_topic_name(text: str) -> str:
    """A topic's name; raises ReplyError if it is blank."""
    name = parse_object(text).get("name")
    if not isinstance(name, str) or not name.strip():
        raise ReplyError("the reply has no `name`")
    return " ".join(name.split())[:120]
