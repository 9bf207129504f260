"""Sentences of `text` and `entities` out of a reply in this project's form, also where the reply as a whole is no JSON.

A reply that ended in the middle loses the sentence it ended in, and no other: what is there of that one would pass for a sentence whose
other entities nobody marked."""

import json
import re
from dataclasses import dataclass
from typing import Any

from asknews_ner.annotate.faults import ReplyReject
from asknews_ner.annotate.replies import ReplyError, parse_object
from asknews_ner.low_resource.recover import Loss


@dataclass(frozen=True, slots=True)
class Quoted:
    """An item of the list as it was decoded, and what was mended to decode it."""

    value: object
    mendings: tuple[str, ...] = ()


_DECODER = json.JSONDecoder(strict=False)
_SENTENCE = re.compile(r'\{\s*"text"\s*:\s*"(?:[^"\\]|\\.)*"\s*,\s*"entities"\s*:')
_MENDED = "read by json-repair"


def recover_quoted(text: str, finished: bool) -> list[Quoted | tuple[Loss, str]]:
    """The items of the reply's `sentences`, in order, with the losses. `finished`: whether the model ended the reply itself.

    Raises ReplyError for a finished reply that holds no such list."""
    whole = _decoded(text, text.find("{"))
    if isinstance(whole, dict) and isinstance(whole.get("sentences"), list):
        return [Quoted(item) for item in whole["sentences"]]
    starts = [match.start() for match in _SENTENCE.finditer(text)]
    if not starts:
        return _at_once(text, finished)
    return [_single(text, start, end, finished) for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def _at_once(text: str, finished: bool) -> list[Quoted | tuple[Loss, str]]:
    """Single quotes, comments, missing commas: what a server without guided decoding sends."""
    if not finished:
        return [(Loss.CUT_OFF, f"ends {text[-80:]!r}")]
    sentences = parse_object(text).get("sentences")
    if not isinstance(sentences, list):
        raise ReplyError(ReplyReject.MALFORMED, "the reply has no list `sentences`")
    return [Quoted(item, (_MENDED,)) for item in sentences]


def _single(text: str, start: int, end: int, finished: bool) -> Quoted | tuple[Loss, str]:
    value = _decoded(text, start)
    if value is not None:
        return Quoted(value)
    if end == len(text) and not finished:
        return Loss.CUT_OFF, f"ends {text[-80:]!r}"
    try:
        return Quoted(parse_object(text[start:end]), (_MENDED,))
    except ReplyError:
        return Loss.UNREADABLE, text[start : start + 120]


def _decoded(text: str, start: int) -> Any:
    if start < 0:
        return None
    try:
        return _DECODER.raw_decode(text, start)[0]
    except (json.JSONDecodeError, RecursionError):  # a model in a loop opens brackets without end
        return None
