"""The rows that pass between rooms. Their Arrow schemas are derived from these classes (`storage.schema`).

Every field carries its description; the same words appear as column documentation in the web UI."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Generic, TypeVar

Row = TypeVar("Row")

UNKNOWN_COUNTRY = "ZZ"


class Reason(str, Enum):
    """Why a row can leave at a stage. Each stage has its own subclass; values are sentences, names are stable codes."""


@dataclass(frozen=True, slots=True)
class Article:
    """One news article as acquired: cleaned of nothing but its encoding."""

    article_id: Annotated[str, "canonical URL, or the source's own id"]
    content_hash: Annotated[str, "SHA-256 of title and text"]
    title: Annotated[str, "headline in the source language; may be empty"]
    text: Annotated[str, "body in the source language, paragraphs separated by line breaks"]
    language: Annotated[str, "ISO 639-1 code of the text (Norwegian is `no`)"]
    language_origin: Annotated[str, "`declared`, `identified` (none was declared) or `corrected` (the declared one was wrong)"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher, `ZZ` if unknown"]
    publisher: Annotated[str, "name of the outlet; may be empty"]
    published_at: Annotated[dt.datetime | None, "publication time in UTC; empty if unknown or unreadable"]
    notes: Annotated[tuple[str, ...], "what was wrong with the row and mended or left empty"]
    source: Annotated[str, "file (or feed) the article came from"]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that left, where and why. Nothing leaves without one."""

    stage: Annotated[str, "stage at which the row left"]
    reason: Annotated[str, "stable code of the reason"]
    detail: Annotated[str, "what exactly was found"]
    key: Annotated[str, "article id, or file and line where there is none yet"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher, `ZZ` if unknown"]
    language: Annotated[str, "language as far as known; may be empty"]
    title: Annotated[str, "first 200 characters of the title, to recognise the row by eye"]


@dataclass(frozen=True, slots=True)
class DuplicateVerdict:
    """What the comparison over all articles decided about one article."""

    article_id: Annotated[str, "the article"]
    group_id: Annotated[str, "article id of the group's original"]
    is_original: Annotated[bool, "true for the one member that stays"]
    kind: Annotated[str, "`unique`, `original`, `copy` (same words) or `near_copy`"]
    similarity: Annotated[float, "estimated Jaccard similarity of word shingles to the original, 1 for itself"]


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

    article_id: Annotated[str, "the article; of a topic, the one nearest its centre"]
    task: Annotated[str, "`summarise`, `label` or `name_topics`"]
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
    """How evenly the pool, or the sample, is spread over one kind of group. Source of the formulas: `diversify.measures`."""

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
    """A span that not all of a panel's annotators marked in the same way."""

    article_id: Annotated[str, "the article"]
    start: Annotated[int, "first word, from 0"]
    end: Annotated[int, "last word, inclusive"]
    text: Annotated[str, "the words"]
    label: Annotated[str, "entity type of the ontology"]
    voters: Annotated[tuple[str, ...], "annotators that marked it so"]
    annotators: Annotated[int, "annotators that labelled the text"]
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
    annotator: Annotated[str, "who labelled"]
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


@dataclass(frozen=True, slots=True)
class Score:
    """One figure of one model on one benchmark."""

    model: Annotated[str, "`base`, `tuned`, `control`, or a model's name"]
    benchmark: Annotated[str, "set of sentences"]
    group: Annotated[str, "`all`, or a language or entity type such as `language=sv`"]
    sentences: Annotated[int, "number of sentences scored"]
    gold: Annotated[int, "number of gold entities"]
    predicted: Annotated[int, "number of predicted entities"]
    correct: Annotated[int, "predictions with exactly the gold span and type"]
    precision: Annotated[float, "correct / predicted"]
    recall: Annotated[float, "correct / gold"]
    f1: Annotated[float, "micro-F1 over exact (type, start, end)"]
    f1_low: Annotated[float, "lower end of the 95 % bootstrap interval over sentences"]
    f1_high: Annotated[float, "upper end of the 95 % bootstrap interval over sentences"]
    threshold: Annotated[float, "confidence above which a span counts as predicted"]
    seed: Annotated[int, "seed of the model's training and of the bootstrap"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on the same sentences."""

    benchmark: Annotated[str, "set of sentences"]
    model: Annotated[str, "the model that is compared"]
    against: Annotated[str, "the model it is compared with"]
    difference: Annotated[float, "micro-F1 of the one minus that of the other"]
    low: Annotated[float, "lower end of the 95 % paired bootstrap interval"]
    high: Annotated[float, "upper end of the 95 % paired bootstrap interval"]


@dataclass(frozen=True, slots=True)
class StageCount:
    """Rows into and out of one stage for one country and language: the equity ledger."""

    stage: Annotated[str, "stage"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the article"]
    seen: Annotated[int, "rows in"]
    kept: Annotated[int, "rows kept"]
    rejected: Annotated[int, "rows rejected"]


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Row]):
    """What a stage returns. The count identity is checked here, once, for all stages."""

    seen: int
    kept: Sequence[Row]
    rejected: Sequence[Rejected]

    def __post_init__(self) -> None:
        if len(self.kept) + len(self.rejected) != self.seen:
            raise ValueError(
                f"counts do not add up: {self.seen} rows in, {len(self.kept)} kept, {len(self.rejected)} rejected; "
                "a stage lost or invented rows"
            )


def rejection(row: Any, stage: str, reason: Reason, detail: str = "") -> Rejected:
    """The reject record of a row that has an article id, a country and a language."""
    return Rejected(
        stage=stage,
        reason=reason.name,
        detail=detail or reason.value,
        key=row.article_id,
        country=row.country,
        language=row.language,
        title=getattr(row, "title", "")[:200],
    )


def chronological(article: Article | Summary) -> tuple[bool, float, str]:
    """Sort key: by time, undated articles last, then by id."""
    moment = article.published_at
    return (moment is None, moment.timestamp() if moment else 0.0, article.article_id)
