"""Datapoints of `tokens` and `ner_tags` out of whatever an LLM wrote around, between and inside them.

The study read GPT's replies with json.loads and the open models' with a regular expression for brace blocks, and dropped
what did not parse (facts §2.2). Here the text is scanned once: whole JSON values first, then single blocks, then blocks
with the damage mended that its released replies show. A mending may close what was left open and drop what is superfluous;
it never invents a token or a tag, and a block whose escapes are damaged stays lost."""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Loss(Enum):
    """Why a datapoint could not be read."""

    MALFORMED = "malformed"
    UNREADABLE = "unreadable"
    PLACEHOLDER = "placeholder"
    CUT_OFF = "cut off"


@dataclass(frozen=True, slots=True)
class Datapoint:
    """Tokens and tags as written, the tags as text; their lengths may differ."""

    tokens: tuple[str, ...]
    tags: tuple[str, ...]
    mendings: tuple[str, ...]


_DECODER = json.JSONDecoder(strict=False)
_BLOCK = re.compile(r"\{[^{}]*\}")
_LISTS_COMPLETE = re.compile(r"""\{[^{}]*ner_tags["']?\s*:\s*\[[\d\s,]*\]""")
_PLACEHOLDER = re.compile(r"""\[\s*["']?(?:\.\.\.|…)["']?\s*\]""")
_UNCLOSED_SIGN = r'([,\[]\s*)"([.?!,;:])'  # the model forgot the quote after a final sign: `"ikke",".],`
_MENDINGS: Sequence[tuple[str, re.Pattern[str], str]] = (
    ("quotes made straight", re.compile(r"[“”](?=\s*[,:\]}])|(?<=[\[{,:])(\s*)[“”]"), r'\1"'),
    ("needless escape dropped", re.compile(r"\\(?=['$_\[\]])"), ""),
    ("Python's escape made JSON's", re.compile(r"\\x(?=[0-9a-fA-F]{2})"), r"\\u00"),
    ("key's quotes made equal", re.compile(r"""["']?ner_tags["']?\s*:"""), '"ner_tags":'),
    ("last token's quote closed", re.compile(_UNCLOSED_SIGN + r"""['’]?\s*\](?=\s*,?\s*"ner_tags")"""), r'\1"\2"]'),
    ("stray quote at the list's end dropped", re.compile(r',"\s*\](?=\s*,?\s*"ner_tags":)'), "]"),
    ("list of tokens closed", re.compile(r'(?<=")\s*,?\s*(?="ner_tags":)'), "], "),
    ("superfluous comma dropped", re.compile(r",(?=\s*[\]}])"), ""),
)


def recover(text: str) -> list[Datapoint | tuple[Loss, str]]:
    """All datapoints of a reply, and the losses with what was found, in the reply's order."""
    found: list[Datapoint | tuple[Loss, str]] = []
    position = text.find("{")
    while position >= 0:
        value, end = _decoded(text, position)
        if value is None:
            items, end = _single(text, position)
            found.extend(items)
        else:
            found.extend(_datapoints(value, ()))
        position = text.find("{", end)
    return found


def _decoded(text: str, position: int) -> tuple[dict[str, Any] | None, int]:
    try:
        value, end = _DECODER.raw_decode(text, position)
    except (json.JSONDecodeError, RecursionError):  # a model in a loop opens braces without end
        return None, position
    return value, end


def _single(text: str, position: int) -> tuple[list[Datapoint | tuple[Loss, str]], int]:
    """What one damaged block gives, and where to go on: behind it, or inside it if it is a wrapper around others."""
    block = _BLOCK.match(text, position)
    if block is not None:
        return list(_mended(block.group())), block.end()
    following = text.find("{", position + 1)
    chunk = text[position : following if following >= 0 else len(text)]
    if '"tokens"' not in chunk and "'tokens'" not in chunk:
        return [], position + 1
    complete = _LISTS_COMPLETE.match(chunk)
    if complete is None:
        return [(Loss.CUT_OFF, f"ends {chunk[-80:]!r}")], position + len(chunk)
    return list(_mended(complete.group() + "}", ("brace closed",))), position + len(chunk)


def _mended(block: str, done: tuple[str, ...] = ()) -> Iterator[Datapoint | tuple[Loss, str]]:
    """A block that is no JSON as it stands: read as Python, then with one mending after another."""
    if _PLACEHOLDER.search(block):
        yield Loss.PLACEHOLDER, block[:120]
        return
    if done:
        value, _ = _decoded(block, 0)
        if value is not None:
            yield from _datapoints(value, done)
            return
    if "\\" not in block or block.startswith("{'"):
        value = _python_literal(block)
        if value is not None:
            yield from _datapoints(value, (*done, "read as Python"))
            return
    for name, pattern, replacement in _MENDINGS:
        changed = pattern.sub(replacement, block)
        if changed != block:
            block, done = changed, (*done, name)
            value, end = _decoded(block, 0)
            if value is not None and end == len(block):
                yield from _datapoints(value, done)
                return
    yield Loss.UNREADABLE, block[:120]


def _python_literal(block: str) -> dict[str, Any] | None:
    try:
        value = ast.literal_eval(block)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _datapoints(value: dict[str, Any], mendings: tuple[str, ...]) -> Iterator[Datapoint | tuple[Loss, str]]:
    """The datapoints in a decoded value, however deep; a flat object that is none is a malformed one."""
    waiting: list[Any] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(reversed(one))
        elif isinstance(one, dict) and ("tokens" in one or "ner_tags" in one):
            yield _datapoint(one, mendings)
        elif isinstance(one, dict):
            nested = [inner for inner in one.values() if isinstance(inner, dict | list)]
            if not nested:
                yield Loss.MALFORMED, f"{one!r:.120}"
            waiting.extend(reversed(nested))


def _datapoint(row: dict[str, Any], mendings: tuple[str, ...]) -> Datapoint | tuple[Loss, str]:
    tokens, tags = row.get("tokens"), row.get("ner_tags")
    if not isinstance(tokens, list) or not isinstance(tags, list) or not all(map(_is_plain, (*tokens, *tags))):
        return Loss.MALFORMED, f"{row!r:.120}"
    return Datapoint(tuple(map(str, tokens)), tuple(map(str, tags)), mendings)


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)
