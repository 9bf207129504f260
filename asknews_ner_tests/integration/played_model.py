"""A language model that is played: sensible enough for every stage to have work, and the same answer to the same question always."""

import json
import re
import zlib
from collections.abc import Callable
from typing import Any

from asknews_ner_tests.integration.scripted_llm import Say, prompt_of

_ARTICLE = re.compile(r"===== ARTICLE BEGINS =====\n(.*?)\n\n(.*)\n===== ARTICLE ENDS =====", re.DOTALL)
_TEXT = re.compile(r"===== TEXT BEGINS =====\n(.*)\n===== TEXT ENDS =====", re.DOTALL)
_TITLES = re.compile(r"===== TITLES BEGIN =====\n(.*)\n===== TITLES END =====", re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.!?؟])\s+")
_WORD = re.compile(r"[^\W\d_]{4,}")
_TYPES = ("person", "organization", "location")
_SENTENCES, _ENTITIES = 4, 12


def answer(body: dict[str, Any]) -> str:
    """The reply to a request of any task: an article's first sentences, some of a text's words as entities, a title as a topic's name."""
    prompt = prompt_of(body)
    if article := _ARTICLE.search(prompt):
        summary = " ".join(_SENTENCE.split(" ".join(article[2].split()))[:_SENTENCES])
        return json.dumps({"title": article[1] or summary[:60], "summary": summary}, ensure_ascii=False)
    if text := _TEXT.search(prompt):
        names = [
            word for word in dict.fromkeys(_WORD.findall(text[1])) if word[0].isupper() or (not word.islower() and _draw(word) % 3 == 0)
        ]
        entities = [{"text": name, "type": _TYPES[_draw(name) % len(_TYPES)]} for name in names[:_ENTITIES]]
        return json.dumps({"entities": entities}, ensure_ascii=False)
    titles = _TITLES.search(prompt)
    assert titles, prompt
    return json.dumps({"name": " ".join(titles[1].split()[1:6]) or "A story", "category": "World"}, ensure_ascii=False)


def script(seconds: float) -> Callable[[dict[str, Any]], Say]:
    """A script for `scripted`; each answer takes so long."""
    return lambda body: Say(answer(body), delay=seconds)


def _draw(word: str) -> int:
    return zlib.crc32(word.encode())
