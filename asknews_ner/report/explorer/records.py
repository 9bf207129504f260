"""Rows of the explorer: everything that its page shows stands in one of these."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class TextPart:
    """A stretch of a summary: an entity, or what stands between two."""

    text: Annotated[str, "the characters"]
    label: Annotated[str, "entity type; empty for what is no entity"]


@dataclass(frozen=True, slots=True)
class Step:
    """One fact of an article's way."""

    name: Annotated[str, "what it says"]
    value: Annotated[str, "the fact"]


@dataclass(frozen=True, slots=True)
class ExplorerArticle:
    """One summarised article, as the page shows it."""

    article_id: Annotated[str, "the article"]
    title: Annotated[str, "the summary's title"]
    source_title: Annotated[str, "headline in the source language"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher, `ZZ` if unknown"]
    language: Annotated[str, "language of the article"]
    text_language: Annotated[str, "language of the summary"]
    publisher: Annotated[str, "name of the outlet; may be empty"]
    published_at: Annotated[dt.datetime | None, "publication time in UTC"]
    window: Annotated[str, "window of time; empty where it took no part in clustering"]
    topic_id: Annotated[str, "topic, or empty for none"]
    split: Annotated[str, "`train`, `validation` or `test`; empty for an article that is not in the dataset"]
    annotator: Annotated[str, "who labelled; empty for an article that is not in the dataset"]
    summarised_by: Annotated[str, "who summarised"]
    x: Annotated[float | None, "place on the atlas, 0 to 1; empty where it took no part in clustering"]
    y: Annotated[float | None, "place on the atlas, 0 to 1; empty where it took no part in clustering"]
    parts: Annotated[tuple[TextPart, ...], "the summary, with its entities"]
    excerpt: Annotated[str, "first characters of the source text, as many as the recipe lets the page show"]
    source_characters: Annotated[int, "characters of the whole source text"]
    way: Annotated[tuple[Step, ...], "where it comes from and who did what"]


@dataclass(frozen=True, slots=True)
class ExplorerCountry:
    """One country on the map."""

    country: Annotated[str, "ISO 3166-1 alpha-2, `ZZ` if unknown"]
    name: Annotated[str, "English name (CLDR)"]
    shape: Annotated[str, "ISO 3166-1 numeric, the id of its shape; empty where the map has none"]
    longitude: Annotated[float | None, "of its capital, degrees; empty if not known"]
    latitude: Annotated[float | None, "of its capital, degrees; empty if not known"]
    articles: Annotated[int, "summarised articles"]
    examples: Annotated[int, "of these, in the dataset"]


@dataclass(frozen=True, slots=True)
class ExplorerTopic:
    """One topic in the filter."""

    topic_id: Annotated[str, "topic"]
    name: Annotated[str, "its name"]
    window: Annotated[str, "window of time"]
    articles: Annotated[int, "summarised articles in it"]


@dataclass(frozen=True, slots=True)
class ExplorerReject:
    """Why rows left a stage."""

    stage: Annotated[str, "stage"]
    reason: Annotated[str, "stable code of the reason"]
    rows: Annotated[int, "rows that left so"]
    named: Annotated[tuple[str, ...], "titles (or keys) of some of them, with country and language"]


@dataclass(frozen=True, slots=True)
class ExplorerScore:
    """A model's F1 on a set of sentences, or a part of it."""

    size: Annotated[str, "size of the model"]
    benchmark: Annotated[str, "set of sentences"]
    group: Annotated[str, "`all`, or a language as `language=sv`"]
    model: Annotated[str, "`base`, `tuned`, `control` or a name"]
    f1: Annotated[float, "micro-F1 over exact spans with type"]
    low: Annotated[float, "lower end of the 95 % bootstrap interval"]
    high: Annotated[float, "upper end of the same"]
    sentences: Annotated[int, "number of sentences"]


@dataclass(frozen=True, slots=True)
class ExplorerGain:
    """Tuned against base on the same sentences."""

    size: Annotated[str, "size of the model"]
    benchmark: Annotated[str, "set of sentences, or a mean over sets"]
    difference: Annotated[float, "micro-F1 of the tuned model minus that of the base"]
    low: Annotated[float, "lower end of the 95 % paired bootstrap interval"]
    high: Annotated[float, "upper end of the same"]
    p_value: Annotated[float, "two-sided, after Holm's correction over the sets"]


@dataclass(frozen=True, slots=True)
class ExplorerChange:
    """What became of examples from one state of the dataset to the next."""

    before: Annotated[str, "version of a release"]
    after: Annotated[str, "version of the next release, or `working dataset`"]
    change: Annotated[str, "`added`, `removed`, `text_changed`, `relabelled`, `moved` or `unchanged`"]
    language: Annotated[str, "language of the articles; `all` for all of them"]
    examples: Annotated[int, "examples; one with two changes counts for both"]
