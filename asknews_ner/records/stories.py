"""Vectors, topics, the sample, and how evenly both are spread."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class SummaryVector:
    """The embedding of one summary."""

    article_id: Annotated[str, "the article"]
    content_hash: Annotated[str, "SHA-256 of the article's title and text"]
    encoder: Annotated[str, "embedding model and its settings"]
    vector: Annotated[tuple[float, ...], "L2-normalised embedding of title and summary"]
    truncated: Annotated[bool, "true if the encoder could not read all of the text"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the article"]
    published_at: Annotated[dt.datetime | None, "publication time in UTC"]


@dataclass(frozen=True, slots=True)
class CopyVerdict:
    """What the comparison of all summaries decided about one article. Copies stay as evidence of how far a text travelled."""

    article_id: Annotated[str, "the article"]
    elected: Annotated[str, "article id of the earliest that tells the same in nearly the same words; itself, if it is no copy"]
    is_elected: Annotated[bool, "true for the one of a group that can be sampled, and for articles without copies"]
    kind: Annotated[str, "`unique`, `elected` (has copies) or `copy`"]
    cosine: Annotated[float | None, "cosine of the vectors of the article and the elected one; empty if it is no copy"]
    shared_words: Annotated[
        float | None, "share of the shorter summary's word shingles that the other has; empty for two languages or no copy"
    ]
    names_in_order: Annotated[int | None, "names and numbers in the same order, for summaries in two languages; else empty"]
    hours: Annotated[float | None, "published so much later than the elected one; empty if one of the two is undated"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the article"]
    elected_country: Annotated[str, "ISO 3166-1 alpha-2 of the elected one's publisher"]
    elected_language: Annotated[str, "language of the elected article"]


@dataclass(frozen=True, slots=True)
class Topic:
    """One cluster of articles of one window of time."""

    topic_id: Annotated[str, "window and number within it"]
    window: Annotated[str, "start of the window, or `undated` and a number"]
    story: Annotated[str, "topic of an earlier window with which the story began, or this topic itself"]
    name: Annotated[str, "words that set the topic apart, or the LLM's name for it"]
    category: Annotated[str, "one of the recipe's categories; empty where no LLM was asked"]
    named_by: Annotated[str, "who named it"]
    size: Annotated[int, "number of articles"]
    countries: Annotated[int, "number of publishers' countries, unknown ones not counted"]
    languages: Annotated[int, "number of languages"]
    medoid: Annotated[str, "article id nearest to the cluster's centre"]
    persistence: Annotated[float | None, "how long the cluster outlives its splitting, 0 to 1; empty where the engine does not say"]


@dataclass(frozen=True, slots=True)
class TopicMember:
    """Where the clustering put one article. Noise is kept and marked."""

    article_id: Annotated[str, "the article"]
    window: Annotated[str, "window of time"]
    topic_id: Annotated[str, "topic, or empty for noise"]
    place: Annotated[str, "`clustered`; or what the recipe does with noise: `nearest` topic, `single` (its own topic), `noise` (none)"]
    probability: Annotated[float, "HDBSCAN's membership strength, 0 for what it called noise"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the article"]


@dataclass(frozen=True, slots=True)
class SampledArticle:
    """One article chosen for labelling, and why it."""

    article_id: Annotated[str, "the article"]
    rank: Annotated[int, "order of choice, from 1"]
    why: Annotated[str, "which rule chose it"]
    topic_id: Annotated[str, "topic, or empty for noise"]
    window: Annotated[str, "window of time"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the article"]
    publisher: Annotated[str, "name of the outlet; may be empty"]


@dataclass(frozen=True, slots=True)
class SampleSolution:
    """How good the sample is proven to be."""

    method: Annotated[str, "`balanced` or `random`"]
    candidates: Annotated[int, "articles that could be chosen"]
    chosen: Annotated[int, "articles that were"]
    cost: Annotated[float | None, "weighted sum of n log n over groups, by the recipe's weights; lower is more even"]
    bound: Annotated[float | None, "no choice of as many articles within the limits has a lower cost"]
    gap: Annotated[float | None, "(cost - bound) / cost; 0 for a proven optimum"]


@dataclass(frozen=True, slots=True)
class DistributionRow:
    """How evenly the pool, or the sample, is spread over one kind of group. Source of the formulas: `diversify.spread.measures`."""

    kind: Annotated[str, "`country`, `language`, `topic`, `window`, or `text`: the summaries' vectors, which have no groups"]
    scope: Annotated[str, "`pool` (all that could be chosen) or `sample`"]
    rows: Annotated[int, "articles that have a group of this kind; noise has no topic"]
    groups: Annotated[int | None, "groups with articles"]
    entropy: Annotated[float | None, "Shannon's, in nats; 0 when one group has all"]
    effective_groups: Annotated[float | None, "exp of the entropy: equal groups that would be as diverse"]
    gini: Annotated[float | None, "0 when all groups are equal; over the pool's groups, so that one left out of the sample counts as zero"]
    biggest_share: Annotated[float | None, "share of the biggest group, from 0 to 1"]
    vendi: Annotated[float | None, "of `text` only: equally many texts with nothing in common; from 1 to the number of rows"]
    compared: Annotated[int | None, "of `country` only: articles of countries in the reference of people; `ZZ` is not"]
    population_js: Annotated[float | None, "of `country` only: Jensen-Shannon distance (base 2) to people by country, from 0 to 1"]
    population_tv: Annotated[float | None, "of `country` only: total variation distance to people by country, from 0 to 1"]
    online_js: Annotated[float | None, "of `country` only: Jensen-Shannon distance (base 2) to internet users by country, from 0 to 1"]
    online_tv: Annotated[float | None, "of `country` only: total variation distance to internet users by country, from 0 to 1"]


@dataclass(frozen=True, slots=True)
class ShareRow:
    """What one window, country and language gave to the pool and to the sample. Shares are these counts by their sums."""

    window: Annotated[str, "window of time"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher, `ZZ` if unknown"]
    language: Annotated[str, "language of the articles"]
    pool: Annotated[int, "articles that could be chosen"]
    selected: Annotated[int, "articles of these in the sample"]
