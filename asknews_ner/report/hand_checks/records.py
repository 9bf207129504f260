"""The rows of the tables of the checks by hand."""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Signature:
    """One figure that tells of a failure, beside its threshold."""

    signature: Annotated[str, "`poor clusters`, `label confusion` or `stagnant validation`"]
    check: Annotated[str, "asset check that looks at it: asset and name"]
    severity: Annotated[str, "`WARN` or `ERROR`; an ERROR is told by the alert sensors"]
    figure: Annotated[str, "what is measured, in words"]
    value: Annotated[float | None, "the figure; empty where there is nothing to measure"]
    side: Annotated[str, "`at least` or `at most`"]
    threshold: Annotated[float, "the recipe's value"]
    limit: Annotated[str, "its key in the recipe"]
    verdict: Annotated[str, "`pass`, `fail` or `not judged`"]
    note: Annotated[str, "of what it is made, or why it is not judged"]


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """One article that was drawn to be looked at, and what was made of it."""

    article_id: Annotated[str, "the article; of what never became one, file and line"]
    shown_as: Annotated[str, "`example` of the dataset, or `lost` on the way"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the article"]
    publisher: Annotated[str, "name of the outlet; may be empty"]
    published: Annotated[str, "publication time in UTC (ISO 8601); empty if unknown"]
    title: Annotated[str, "headline in the source language"]
    excerpt: Annotated[str, "beginning of the text in the source language"]
    characters: Annotated[int, "characters of the whole text"]
    summary_title: Annotated[str, "title of the summary; empty where there is none"]
    summary: Annotated[str, "the text that was labelled, or the summary; empty where there is none"]
    summary_language: Annotated[str, "its language"]
    annotator: Annotated[str, "who summarised"]


@dataclass(frozen=True, slots=True)
class ShownSpan:
    """One span of the dataset in a shown text."""

    article_id: Annotated[str, "the article"]
    start: Annotated[int, "first character in the text, from 0"]
    end: Annotated[int, "after the last character"]
    words: Annotated[str, "the words"]
    label: Annotated[str, "entity type"]


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """What one stage decided about a shown article."""

    article_id: Annotated[str, "the article"]
    stage: Annotated[str, "stage"]
    decision: Annotated[str, "`kept` or `left`"]
    why: Annotated[str, "what was found, in words"]
