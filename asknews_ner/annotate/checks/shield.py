"""Texts that speak to the model that reads them: made harmless before they are shown, looked for, and looked for again in the answer.

What keeps the task as it is: the text stands between markers that it cannot write itself, control tokens of chat templates are broken
up (a tokenizer would take them for turns of the conversation), the answer must have the schema, and what it says is checked against the
text. The patterns only say where to look."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import resources

import regex

from asknews_ner.yaml_text import loaded

_FENCE = regex.compile(r"={4,}")
_CONTROL = regex.compile(
    r"<[|｜][^|｜<>\n]{1,40}[|｜]>|\[/?INST\]|<</?SYS>>|</?s>|<(?:start|end)_of_turn>|<(?:bos|eos|pad|unk|mask)>|</?(?:think|tool_call)>",
    regex.IGNORECASE,
)
# Invisible and without a use in news: tag characters, zero-width spaces, overrides of the writing direction. The joiners U+200C and
# U+200D and the marks U+200E and U+200F stay: Arabic needs them.
_HIDDEN = regex.compile("[\U000e0000-\U000e007f\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_TAGS = regex.compile("[\U000e0020-\U000e007e]")  # letters that no screen shows and a tokenizer reads
_SCHEMA = regex.compile(r"[\"'](?:entities|summary|sentences)[\"']\s*:\s*[\[\"']")
_MARKS = (_CONTROL, _FENCE, _SCHEMA, _TAGS)
_SENTENCE = regex.compile(r"[^.!?؟。\n]+(?:[.!?؟。]+|\n|$)")
_NAME = regex.compile(r"\b(?:\p{Lu}[\p{L}\p{M}\d'’-]{2,}|\d[\d.,]*\d|\d)\b")


class Suspicion(str, Enum):
    """What in a text is a reason to look."""

    INSTRUCTION = "it gives instructions to a model"
    CHAT_MARK = "it holds control tokens of a chat template"
    FENCE = "it imitates the markers around the text"
    SCHEMA = "it holds an answer in the form that is asked for"
    HIDDEN = "it holds letters that nobody sees"


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence that is a reason to look, and why."""

    suspicion: Suspicion
    text: str


def defused(text: str) -> str:
    """The text as it may stand in a prompt: the same to a reader, without markers, control tokens and invisible characters."""
    return str(_CONTROL.sub(lambda found: f"{found[0][0]} {found[0][1:]}", _FENCE.sub("===", _HIDDEN.sub("", text))))


def passages(text: str) -> list[Passage]:
    """Sentences that speak to a model. After a marker or a control token all that follows in the paragraph counts: it is meant to be
    read as another turn."""
    found = []
    patterns = _patterns_for(text)
    if not patterns and not any(mark.search(text) for mark in _MARKS):
        return []
    for paragraph in text.split("\n"):
        tainted: Suspicion | None = None
        for sentence in _SENTENCE.findall(paragraph):
            reason = _reason(sentence, patterns) or tainted
            if reason is not None:
                found.append(Passage(reason, sentence.strip()))
            if reason in (Suspicion.CHAT_MARK, Suspicion.FENCE):
                tainted = reason
    return found


def carried_over(source: str, answer: str) -> list[str]:
    """Names and numbers of the answer that the source says nowhere but in passages that speak to a model."""
    suspicious = passages(source)
    if not suspicious:
        return []
    suspect, honest = " ".join(passage.text for passage in suspicious), source
    for passage in suspicious:
        honest = honest.replace(passage.text, " ")
    honest_words, suspect_words = set(_folded(honest)), set(_folded(suspect))
    return [name for name in dict.fromkeys(_names(answer)) if (key := name.casefold()) in suspect_words and key not in honest_words]


def _reason(sentence: str, patterns: Sequence["regex.Pattern[str]"]) -> Suspicion | None:
    if _CONTROL.search(sentence):
        return Suspicion.CHAT_MARK
    if _FENCE.search(sentence):
        return Suspicion.FENCE
    if _SCHEMA.search(sentence):
        return Suspicion.SCHEMA
    if _TAGS.search(sentence):
        return Suspicion.HIDDEN
    if any(pattern.search(sentence) for pattern in patterns):
        return Suspicion.INSTRUCTION
    return None


def _names(text: str) -> Iterator[str]:
    """Capitalised words and numbers, without the first word of a sentence, which is always capitalised."""
    for sentence in _SENTENCE.findall(text):
        words = list(_NAME.finditer(sentence))
        start = len(sentence) - len(sentence.lstrip())
        yield from (word[0] for word in words if word.start() > start or word[0].isupper())


def _folded(text: str) -> list[str]:
    return [word.casefold() for word in regex.findall(r"[\p{L}\p{M}\d][\p{L}\p{M}\d'’.,-]*[\p{L}\p{M}\d]|[\p{L}\d]", text)]


@dataclass(frozen=True)
class _Language:
    needs: tuple[str, ...]
    patterns: tuple["regex.Pattern[str]", ...]


@cache
def _languages() -> tuple[_Language, ...]:
    text = resources.files("asknews_ner.annotate.checks").joinpath("injections_v1.yaml").read_text(encoding="utf-8")
    found = loaded(text).values()
    return tuple(_Language(tuple(own["needs"]), tuple(regex.compile(one, regex.IGNORECASE) for one in own["patterns"])) for own in found)


def _patterns_for(text: str) -> list["regex.Pattern[str]"]:
    """Those that can match somewhere in a text: of all languages, since nothing hinders an attacker from writing English into a Danish
    article."""
    folded = f" {text.casefold()}"
    return [pattern for own in _languages() if any(need in folded for need in own.needs) for pattern in own.patterns]
