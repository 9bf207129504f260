"""Pages that stand in front of an article: consent, bot checks, errors."""

from collections.abc import Mapping
from functools import cache
from importlib import resources

from asknews_ner.yaml_text import loaded


@cache
def wall_phrases() -> Mapping[str, tuple[str, ...]]:
    """Phrases by kind of page, case-folded (acquire/extract/walls.yaml)."""
    text = resources.files("asknews_ner.acquire.extract").joinpath("walls.yaml").read_text(encoding="utf-8")
    return {kind: tuple(phrase.casefold() for phrase in phrases) for kind, phrases in loaded(text).items()}


def wall_kind(title: str, text: str, max_characters: int) -> str:
    """The kind of wall, `consent`, `bot check` or `error`; empty for an article.

    A wall has little text; longer ones are articles, which may well be about cookies. The title, or the text where there is no title,
    decides: it begins with one of the kind's phrases."""
    if len(text) > max_characters:
        return ""
    shown = (title or text).casefold().strip()
    return next((kind for kind, phrases in wall_phrases().items() if shown.startswith(phrases)), "")
