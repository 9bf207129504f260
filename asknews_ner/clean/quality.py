"""Is this text an article? Length, boilerplate, repeated lines, broken encoding."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

import yaml

from asknews_ner.recipe import CleanParams
from asknews_ner.records import Article, Outcome, Reason, Rejected, rejection

STAGE = "clean_articles"
_SENTENCE_END = re.compile(r"(?<=[.!?؟…])\s+|\n+")
_MAX_REPLACEMENT_SHARE = 0.01  # more U+FFFD than this is text read in a wrong encoding, not a stray character


class CleanReject(Reason):
    """Why an article can leave here."""

    TOO_SHORT = "fewer characters than the recipe's min_characters"
    BOILERPLATE = "consent banners, paywall notices and the like make up too much of the text"
    REPEATED_LINES = "too many lines repeat an earlier line"
    BROKEN_ENCODING = "the text holds replacement characters: it was read in a wrong encoding"


@cache
def boilerplate_phrases() -> Mapping[str, tuple[str, ...]]:
    """Phrases that mark a sentence as no journalism, by language, case-folded (clean/boilerplate.yaml)."""
    text = resources.files("asknews_ner.clean").joinpath("boilerplate.yaml").read_text(encoding="utf-8")
    return {language: tuple(phrase.casefold() for phrase in phrases) for language, phrases in yaml.safe_load(text).items()}


def keep_articles(articles: Sequence[Article], params: CleanParams) -> Outcome[Article]:
    """Articles that read like articles; the others with their reason.

    Source: production checks of the paper's authors (drop contents under 150 characters, bad scrapes)."""
    kept: list[Article] = []
    rejected: list[Rejected] = []
    for article in articles:
        found = _fault(article, params)
        if found is None:
            kept.append(article)
        else:
            rejected.append(rejection(article, STAGE, *found))
    return Outcome(len(articles), kept, rejected)


def _fault(article: Article, params: CleanParams) -> tuple[CleanReject, str] | None:
    text = article.text
    if len(text) < params.min_characters:
        return CleanReject.TOO_SHORT, f"{len(text)} characters, at least {params.min_characters}"
    broken = text.count("\ufffd") / len(text)
    if broken > _MAX_REPLACEMENT_SHARE:
        return CleanReject.BROKEN_ENCODING, f"{broken:.1%} replacement characters"
    share = boilerplate_share(text, article.language)
    if share > params.max_boilerplate_share:
        return CleanReject.BOILERPLATE, f"{share:.0%} of the text is boilerplate, at most {params.max_boilerplate_share:.0%}"
    lines = [line for line in text.split("\n") if line]
    repeated = 1 - len(set(lines)) / len(lines)
    if repeated > params.max_repeated_share:
        return CleanReject.REPEATED_LINES, f"{repeated:.0%} of the lines are repeats, at most {params.max_repeated_share:.0%}"
    return None


def boilerplate_share(text: str, language: str) -> float:
    """Share of the text's characters in sentences that hold a boilerplate phrase of the language (or of English)."""
    phrases = boilerplate_phrases()
    wanted = phrases.get(language, ()) + (phrases["en"] if language != "en" else ())
    sentences = [sentence for sentence in _SENTENCE_END.split(text) if sentence]
    marked = sum(len(sentence) for sentence in sentences if any(phrase in sentence.casefold() for phrase in wanted))
    return marked / sum(map(len, sentences)) if sentences else 0.0
