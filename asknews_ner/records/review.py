"""Human review: what people are asked to look at, what they said, and how far they and the annotators agree."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class ReviewTask:
    """A text that a person should look at, and why. Signals are from 0 (sure) to 1."""

    article_id: Annotated[str, "the article"]
    chosen_as: Annotated[str, "`stratified` or `uncertain`"]
    rank: Annotated[int, "place in the queue, from 1"]
    score: Annotated[float, "uncertainty: the signals' mean, weighted by the recipe"]
    dissent: Annotated[float, "share of the marked spans that not all of a panel's annotators marked"]
    lost: Annotated[float, "share of the named entities that did not become spans"]
    flags: Annotated[float, "1 if any stage flagged the text, else 0"]
    fidelity: Annotated[float, "share of the summary's names, numbers and months that the article does not have"]
    rare: Annotated[float, "share of the spans whose type is marked in few texts"]
    types: Annotated[tuple[str, ...], "entity types of its spans"]
    why: Annotated[str, "the reason in words, as the reviewer reads it"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the article"]


@dataclass(frozen=True, slots=True)
class MarkedSpan:
    """A labelled stretch of a text, from the start of a word to the end of one."""

    start: Annotated[int, "first character, from 0, in Unicode code points"]
    end: Annotated[int, "after the last character"]
    label: Annotated[str, "entity type of the ontology"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one person said of one text."""

    article_id: Annotated[str, "the article"]
    text_hash: Annotated[str, "SHA-256 of the text that the person saw"]
    reviewer: Annotated[str, "pseudonym of the person"]
    action: Annotated[str, "`marked`: the spans are right now; `dropped`: the text should not be in the dataset"]
    spans: Annotated[tuple[MarkedSpan, ...], "what the person left standing, none overlapping"]
    submitted: Annotated[int, "labels as submitted: the spans, and those in lost_verdict_spans"]
    lead_seconds: Annotated[float | None, "how long the person took"]
    reviewed_at: Annotated[dt.datetime | None, "when the person last changed it, in UTC"]
    source: Annotated[str, "file and number of the annotation"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the article"]


@dataclass(frozen=True, slots=True)
class ReviewAgreement:
    """How far two people, or an annotator and the settled human labels, agree on the same texts."""

    kind: Annotated[str, "`reviewers`, or `annotator and human`"]
    one: Annotated[str, "reviewer or annotator, or `all`"]
    other: Annotated[str, "reviewer, `human` for the settled labels, or `all`"]
    language: Annotated[str, "language of the articles, or `all`"]
    type: Annotated[str, "entity type, or `all`"]
    texts: Annotated[int, "texts that both labelled"]
    words: Annotated[int, "words of these texts"]
    f1: Annotated[float | None, "F1 over exact spans with type; for all: the mean over pairs"]
    kappa: Annotated[float | None, "Cohen's kappa over the type of each word; for all: the mean over pairs; empty where nothing varies"]
    alpha: Annotated[float | None, "Krippendorff's alpha, nominal, over the type of each word; empty where nothing varies"]


@dataclass(frozen=True, slots=True)
class AnnotatorScore:
    """How well an annotator found what people say is right. Spans count when words and type are exactly the same."""

    annotator: Annotated[str, "who labelled; with a panel also its vote"]
    language: Annotated[str, "language of the articles, or `all`"]
    type: Annotated[str, "entity type, or `all`"]
    texts: Annotated[int, "reviewed texts that the annotator labelled"]
    human: Annotated[int, "spans of the settled human labels"]
    marked: Annotated[int, "spans of the annotator"]
    correct: Annotated[int, "spans of both"]
    precision: Annotated[float | None, "correct by marked"]
    recall: Annotated[float | None, "correct by human"]
    f1: Annotated[float | None, "harmonic mean of the two"]
