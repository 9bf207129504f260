"""Rows of a release: examples with their text, and the way from each span back to its article. Clocks and runs stand apart."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class ReleasedSpan:
    """A span over words, and the same span over characters."""

    start: Annotated[int, "first word, from 0"]
    end: Annotated[int, "last word, inclusive (GLiNER's convention)"]
    label: Annotated[str, "entity type of the ontology"]
    start_char: Annotated[int, "first character in `text`, from 0"]
    end_char: Annotated[int, "character after the last one"]
    surface: Annotated[str, "the characters between the two"]


@dataclass(frozen=True, slots=True)
class ReleasedExample:
    """One example of a release, with the text that its words were taken from."""

    article_id: Annotated[str, "the article: its canonical URL, or the id that its source gave"]
    split: Annotated[str, "`train`, `validation` or `test`"]
    text: Annotated[str, "the summary that was labelled"]
    tokens: Annotated[tuple[str, ...], "words of the summary"]
    token_starts: Annotated[tuple[int, ...], "first character of each word in `text`"]
    spans: Annotated[tuple[ReleasedSpan, ...], "labelled spans, none overlapping"]
    topic: Annotated[str, "name of the topic, empty for none"]
    topic_id: Annotated[str, "topic, or empty for noise"]
    window: Annotated[str, "window of time"]
    annotator: Annotated[str, "who labelled"]
    summarised_by: Annotated[str, "who summarised"]
    text_language: Annotated[str, "language of the words"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher, `ZZ` if unknown"]
    language: Annotated[str, "language of the article"]
    publisher: Annotated[str, "name of the outlet; may be empty"]
    published_at: Annotated[dt.datetime | None, "publication time in UTC"]


@dataclass(frozen=True, slots=True)
class AnnotatorUse:
    """Who did a task for an article, and how."""

    annotator: Annotated[str, "`offline`, a model's name, or a panel member's"]
    model: Annotated[str, "the model's name as the recipe gives it"]
    revision: Annotated[str | None, "commit or tag of the model; empty for rules, and where the recipe names none"]
    prompt: Annotated[str, "file of the prompt, with its version; empty for rules, which read none"]
    fingerprint: Annotated[str, "hash of everything that shapes the reply, beside its input and decoding"]
    reply: Annotated[str | None, "key of the reply that was used, in the store of replies; empty if the store does not hold it any more"]


@dataclass(frozen=True, slots=True)
class ExampleLineage:
    """Where one example comes from."""

    article_id: Annotated[str, "the article"]
    url: Annotated[str | None, "its address; empty if the delivery gives none"]
    source: Annotated[str, "file and row that it was read from"]
    fetched_at: Annotated[dt.datetime | None, "when it was fetched, in UTC; empty if the delivery does not say"]
    publisher: Annotated[str, "name of the outlet; may be empty"]
    licence: Annotated[str, "licence of the article as the delivery states it; empty if it does not"]
    robots: Annotated[str, "what robots rules and opt-outs say about the article: `allowed`, `disallowed` or `unknown`"]
    content_hash: Annotated[str, "SHA-256 of the article's title and text"]
    language_origin: Annotated[str, "`declared`, `identified`, `corrected`, `publisher` or `publisher_hint` (by the registry)"]
    country_origin: Annotated[str, "`declared`, `publisher`, `publisher_hint` or `unknown`"]
    notes: Annotated[tuple[str, ...], "what was wrong with the row and mended or left empty"]
    cut_characters: Annotated[int, "characters of the article that the summariser did not see"]
    translated: Annotated[bool, "whether the summary is a translation"]
    summary: Annotated[AnnotatorUse, "who summarised"]
    labels: Annotated[tuple[AnnotatorUse, ...], "who labelled: one, or a panel"]


@dataclass(frozen=True, slots=True)
class SpanLineage:
    """One span of a release, and who marked it. The rest of its way stands in its article's row."""

    article_id: Annotated[str, "the article"]
    split: Annotated[str, "`train`, `validation` or `test`"]
    start: Annotated[int, "first word, from 0"]
    end: Annotated[int, "last word, inclusive"]
    label: Annotated[str, "entity type of the ontology"]
    start_char: Annotated[int, "first character in the example's text, from 0"]
    end_char: Annotated[int, "character after the last one"]
    surface: Annotated[str, "the characters between the two"]
    marked_by: Annotated[tuple[str, ...], "annotators that marked it so"]


@dataclass(frozen=True, slots=True)
class ReplyClock:
    """When a reply came, from what, and what it cost. Only in the folder `provenance`."""

    reply: Annotated[str, "key in the store of replies"]
    article_id: Annotated[str, "the article that it speaks of"]
    task: Annotated[str, "`summarise` or `label`"]
    annotator: Annotated[str, "who was asked"]
    served: Annotated[str, "what the server said that it serves (model, weights, engine), as JSON; empty for rules"]
    attempt: Annotated[int, "1 for the first"]
    prompt_tokens: Annotated[int, "as the server counted"]
    cached_tokens: Annotated[int, "of these, taken from the server's prefix cache"]
    completion_tokens: Annotated[int, "as the server counted"]
    seconds: Annotated[float, "from request to reply"]
    stored_at: Annotated[dt.datetime, "when it was stored"]


@dataclass(frozen=True, slots=True)
class CellRun:
    """The last run that materialised one cell of a stage. Only in the folder `provenance`."""

    stage: Annotated[str, "stage"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher; empty for a stage over all articles"]
    language: Annotated[str, "language of the articles; empty for a stage over all articles"]
    run_id: Annotated[str, "Dagster's id of the run"]
    materialised_at: Annotated[dt.datetime, "when it did"]
