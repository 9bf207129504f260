"""Sentences that are no journalism: consent banners, paywall notices, appeals to subscribe."""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

from asknews_ner.yaml_text import loaded

_SENTENCE_END = re.compile(r"(?<=[.!?؟…])\s+|\n+")


@cache
def boilerplate_phrases() -> Mapping[str, tuple[str, ...]]:
    """Phrases that mark a sentence as no journalism, by language, case-folded (acquire/boilerplate.yaml)."""
    text = resources.files("asknews_ner.acquire").joinpath("boilerplate.yaml").read_text(encoding="utf-8")
    return {language: tuple(phrase.casefold() for phrase in phrases) for language, phrases in loaded(text).items()}


def boilerplate_share(text: str, language: str) -> float:
    """Share of the text's characters in sentences that hold a boilerplate phrase of the language (or of English)."""
    phrases = boilerplate_phrases()
    wanted = phrases.get(language, ()) + (phrases["en"] if language != "en" else ())
    sentences = [sentence for sentence in _SENTENCE_END.split(text) if sentence]
    marked = sum(len(sentence) for sentence in sentences if any(phrase in sentence.casefold() for phrase in wanted))
    return marked / sum(map(len, sentences)) if sentences else 0.0
