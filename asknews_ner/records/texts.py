"""What an annotator wrote of an article, how far it keeps to it, and what it cost."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from asknews_ner.records.articles import Article


@dataclass(frozen=True, slots=True)
class Summary:
    """Title and summary of one article, in English unless the annotator cannot translate."""

    article_id: Annotated[str, "the article"]
    content_hash: Annotated[str, "SHA-256 of the article's title and text"]
    annotator: Annotated[str, "who wrote it: `offline`, `apertium+offline` or the model's name"]
    annotator_fingerprint: Annotated[str, "hash of everything that shapes the reply"]
    title: Annotated[str, "title, in `summary_language`"]
    summary: Annotated[str, "summary, in `summary_language`"]
    summary_language: Annotated[str, "language of title and summary: `en`, or the source's where nothing translated"]
    translated: Annotated[bool, "true if title and summary are a translation"]
    cut_characters: Annotated[int, "characters of the article that the annotator did not see, because they did not fit"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the article"]
    published_at: Annotated[dt.datetime | None, "publication time in UTC"]


@dataclass(frozen=True, slots=True)
class Fidelity:
    """How far one summary keeps to its article. Shares are empty where there was nothing to compare."""

    article_id: Annotated[str, "the article"]
    length_ratio: Annotated[float, "characters of the summary by those of the article's text"]
    language_found: Annotated[str, "language that the summary was identified as"]
    language_confidence: Annotated[float, "how sure the identifier is, from 0 to 1"]
    grounded: Annotated[float | None, "share of the summary's names, numbers and months that the article has"]
    compared: Annotated[int, "how many names, numbers and months that were"]
    numbers: Annotated[float | None, "share of the summary's numbers that the article has"]
    names: Annotated[float | None, "share of the summary's names that the article has, compared across scripts"]
    months: Annotated[float | None, "share of the summary's months that the article has"]
    numbers_survived: Annotated[float | None, "share of the article's numbers that the summary has"]
    names_survived: Annotated[float | None, "share of the article's names that the summary has; empty for scripts without capitals"]
    similarity: Annotated[float | None, "cosine of the embeddings of article and summary"]
    similarity_note: Annotated[str, "why there is no similarity, if there is none"]
    below: Annotated[tuple[str, ...], "stable codes of the recipe's thresholds that it misses"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the article"]


@dataclass(frozen=True, slots=True)
class Spend:
    """What the replies to one article cost in one task, when they were asked for: all attempts together."""

    article_id: Annotated[str, "the article; of a topic, the one nearest its centre; of `generate`, language and call"]
    task: Annotated[str, "`summarise`, `label`, `name_topics` or `generate`"]
    annotator: Annotated[str, "who was asked"]
    attempts: Annotated[int, "requests until the answer, or until giving up"]
    prompt_tokens: Annotated[int, "as the server counted"]
    cached_tokens: Annotated[int, "of these, taken from the server's prefix cache"]
    completion_tokens: Annotated[int, "as the server counted"]
    seconds: Annotated[float, "from request to reply, summed; requests run side by side"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the article"]


@dataclass(frozen=True, slots=True)
class Flag:
    """A reason to look at a row by eye. The row itself stays."""

    article_id: Annotated[str, "the article"]
    stage: Annotated[str, "stage that noticed it"]
    kind: Annotated[str, "stable code of the reason"]
    detail: Annotated[str, "what exactly was found, and where"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the article"]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one stage's replies cost for one country, language and annotator."""

    stage: Annotated[str, "stage"]
    annotator: Annotated[str, "who was asked"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the articles"]
    articles: Annotated[int, "articles (for topics: topics) that were asked about"]
    requests: Annotated[int, "requests, repeated ones too"]
    prompt_tokens: Annotated[int, "as the server counted"]
    cached_tokens: Annotated[int, "of these, taken from the server's prefix cache"]
    completion_tokens: Annotated[int, "as the server counted"]
    seconds: Annotated[float, "from request to reply, summed; requests run side by side"]
    usd: Annotated[float | None, "USD by the recipe's price table; empty where it has no price for the model"]


def chronological(article: Article | Summary) -> tuple[bool, float, str]:
    """Sort key: by time, undated articles last, then by id."""
    moment = article.published_at
    return (moment is None, moment.timestamp() if moment else 0.0, article.article_id)
