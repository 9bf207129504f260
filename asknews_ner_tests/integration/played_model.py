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
_QUOTED = re.compile(r'^\{"text": .*\}$', re.MULTILINE)
_WANTED = re.compile(r"^Write (\d+) new sentences", re.MULTILINE)
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
    if examples := _QUOTED.findall(prompt):
        return _new_sentences(prompt, [json.loads(line) for line in examples])
    titles = _TITLES.search(prompt)
    assert titles, prompt
    return json.dumps({"name": " ".join(titles[1].split()[1:6]) or "A story", "category": "World"}, ensure_ascii=False)


def _new_sentences(prompt: str, examples: list[dict[str, Any]]) -> str:
    """The examples with one another's names in them, and now and then what a model does wrong: a copy, an entity that is not there, a loop."""
    names: dict[str, list[str]] = {}
    for entity in (one for example in examples for one in example["entities"]):
        names.setdefault(entity["type"], []).append(entity["text"])
    wanted, draw = int(_WANTED.search(prompt)[1]), _draw(prompt)  # type: ignore[index]
    sentences = []
    for number in range(wanted):
        example = examples[(draw + number) % len(examples)]
        text, entities = example["text"], []
        for entity in example["entities"]:
            others = names[entity["type"]]
            name = others[(draw + number) % len(others)]
            text = text.replace(entity["text"], name)
            entities.append({"text": name, "type": entity["type"]})
        fault = (draw + number) % 11
        if fault == 0:
            entities.append({"text": f"Nobody {number}", "type": next(iter(names), "PER")})
        elif fault == 1:
            text, entities = "ja " * 30, []
        elif fault != 2:  # at 2 the example comes back as it is where it has no name
            text = f"{text} ({draw % 997} {number})" if text[-1:].isalnum() else f"{text} {draw % 997} {number}"
        sentences.append({"text": text, "entities": entities})
    return json.dumps({"sentences": sentences}, ensure_ascii=False)


def script(seconds: float) -> Callable[[dict[str, Any]], Say]:
    """A script for `scripted`; each answer takes so long."""
    return lambda body: Say(answer(body), delay=seconds)


def _draw(word: str) -> int:
    return zlib.crc32(word.encode())
