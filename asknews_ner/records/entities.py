"""Entities: as an annotator named them, as spans over words, as rows of the dataset."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class EntityMention:
    """An entity as an annotator named it: a string and a type, no position yet."""

    text: Annotated[str, "surface as the annotator wrote it"]
    label: Annotated[str, "entity type as the annotator wrote it"]


@dataclass(frozen=True, slots=True)
class EntityLabels:
    """What an annotator found in one summary. Aligning and canonicalising happen later, over this raw record."""

    article_id: Annotated[str, "the article"]
    content_hash: Annotated[str, "SHA-256 of the article's title and text"]
    annotator: Annotated[str, "who labelled: `offline` or the model's name"]
    annotator_fingerprint: Annotated[str, "hash of everything that shapes the reply"]
    text: Annotated[str, "the summary that was labelled"]
    text_language: Annotated[str, "language of that summary"]
    entities: Annotated[tuple[EntityMention, ...], "entities in the order given"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the article"]


@dataclass(frozen=True, slots=True)
class Dissent:
    """A span that not all of a panel's annotators, or of a text's reviewers, marked in the same way."""

    article_id: Annotated[str, "the article"]
    start: Annotated[int, "first word, from 0"]
    end: Annotated[int, "last word, inclusive"]
    text: Annotated[str, "the words"]
    label: Annotated[str, "entity type of the ontology"]
    voters: Annotated[tuple[str, ...], "annotators, or reviewers where people decided, that marked it so"]
    annotators: Annotated[int, "annotators, or reviewers where people decided, that labelled the text"]
    kept: Annotated[bool, "whether it is in the dataset"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the article"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two annotators, or all of them, agree on the same texts."""

    one: Annotated[str, "annotator, or `all`"]
    other: Annotated[str, "annotator, or `all`"]
    language: Annotated[str, "language of the articles, or `all`"]
    texts: Annotated[int, "texts that both labelled"]
    f1: Annotated[float | None, "pairwise F1 over exact spans with type; for all: the mean over pairs"]
    alpha: Annotated[float | None, "Krippendorff's alpha, nominal, over the type of each word; empty where nothing varies"]


@dataclass(frozen=True, slots=True)
class NerSpan:
    """One labelled span of words."""

    start: Annotated[int, "first word, from 0"]
    end: Annotated[int, "last word, inclusive (GLiNER's convention)"]
    label: Annotated[str, "entity type of the ontology"]


@dataclass(frozen=True, slots=True)
class NerExample:
    """One training example: words and spans over them."""

    article_id: Annotated[str, "the article"]
    tokens: Annotated[tuple[str, ...], "words of the summary"]
    spans: Annotated[tuple[NerSpan, ...], "labelled spans, none overlapping"]
    annotator: Annotated[str, "who labelled; `human review of …` where people decided"]
    summarised_by: Annotated[str, "who summarised"]
    text_language: Annotated[str, "language of the words"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the article"]
    published_at: Annotated[dt.datetime | None, "publication time in UTC"]


@dataclass(frozen=True, slots=True)
class LostEntity:
    """An entity that an annotator named and that did not become a span."""

    article_id: Annotated[str, "the article"]
    annotator: Annotated[str, "who named it"]
    text: Annotated[str, "surface as the annotator wrote it"]
    label: Annotated[str, "entity type as the annotator wrote it"]
    reason: Annotated[str, "stable code of the reason"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the article"]


@dataclass(frozen=True, slots=True)
class EncoderFit:
    """What the base model's encoder can read of the examples in one language."""

    language: Annotated[str, "language of the texts, or `all`"]
    encoder: Annotated[str, "the base model's name"]
    room: Annotated[int, "subword tokens left for a text once the entity types stand before it"]
    texts: Annotated[int, "examples"]
    words: Annotated[int, "their words"]
    tokens_per_word: Annotated[float, "subword tokens a word"]
    unknown_share: Annotated[float, "share of words that hold the unknown token"]
    longest_text: Annotated[int, "subword tokens of the longest example"]
    texts_too_long: Annotated[int, "texts that are no examples because they have more words than the recipe's max_words"]
    texts_cut: Annotated[int, "examples that the model will not read to the end"]
    spans: Annotated[int, "spans of the examples"]
    spans_too_wide: Annotated[int, "entities that are no spans because they have more words than the recipe's max_span_words"]
    spans_in_long_texts: Annotated[int, "entities of the texts that are too long"]
    spans_unread: Annotated[int, "spans of the examples that the model cannot learn: too wide for it, or behind what it reads"]
    lost_share: Annotated[float, "the last three over all entities"]


@dataclass(frozen=True, slots=True)
class DatasetExample:
    """An example with its split and topic: one row of the finished dataset."""

    article_id: Annotated[str, "the article"]
    split: Annotated[str, "`train`, `validation` or `test`"]
    tokens: Annotated[tuple[str, ...], "words of the summary"]
    spans: Annotated[tuple[NerSpan, ...], "labelled spans, none overlapping"]
    topic: Annotated[str, "name of the topic, empty for none"]
    topic_id: Annotated[str, "topic, or empty for noise"]
    window: Annotated[str, "window of time"]
    annotator: Annotated[str, "who labelled"]
    summarised_by: Annotated[str, "who summarised"]
    text_language: Annotated[str, "language of the words"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the article"]
    published_at: Annotated[dt.datetime | None, "publication time in UTC"]
    publisher: Annotated[str, "name of the outlet; may be empty"]
    story: Annotated[str, "topic of an earlier window with which the story began, or the topic itself; empty for noise"]
