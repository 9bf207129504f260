"""Slices of the recipe for vectors, copies, windows, topics and the sample."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from asknews_ner.recipe.base import Frozen, Positive, Share


class EmbedParams(Frozen):
    """Summaries → vectors."""

    encoder: str = Field(description="`packaged-minilm`, a hub name such as `thenlper/gte-base`, or a folder")
    revision: str | None = Field(description="revision of a hub model")
    text: Literal["title and summary", "summary"]
    batch_size: Positive
    runtime: Literal["torch", "onnx"] = Field(description="`onnx`: the encoder's transformer on ONNX Runtime (extra `onnx`)")
    onnx_min_cosine: float = Field(ge=0, le=1, description="with `onnx`: least cosine of a probe text's vector to PyTorch's, else no run")
    untranslated: Literal["encode", "lexical"] = Field(
        description="`lexical` adds name-and-number features shared across languages, and leaves the encoder out where the "
        "text is in a language that it does not know; `encode` trusts the encoder with every language"
    )
    encoder_languages: tuple[str, ...] = Field(description="languages the encoder knows")
    lexical_dimensions: int = Field(ge=0, description="size of the lexical part; 0 with `encode`")
    lexical_weight: Share = Field(description="weight of the lexical part, 1 minus it for the encoder")


class CopyParams(Frozen):
    """Copies among summaries: a pair must be near in time, in vector and in words; benchmarks/wire_copies.py says what values find."""

    max_hours: float = Field(gt=0, description="articles published further apart are no copies; undated ones are compared with all")
    min_cosine: float = Field(ge=-1, le=1, description="cosine of the encoder's vectors, where it knows both languages")
    min_cosine_lexical: float = Field(
        ge=-1, le=1, description="cosine of names and numbers, where the encoder does not know one of the two"
    )
    shingle_words: Positive = Field(description="words per shingle")
    min_shared_words: Share = Field(description="share of the shorter summary's shingles that the other has; articles of one language")
    min_shared_translated: Share = Field(
        description="the same, of articles in two languages with summaries in one: translators differ in words"
    )
    min_names_in_order: Positive = Field(description="names and numbers in the same order, for summaries in two languages")
    leave_out_of_sample: bool = Field(description="copies stay in their topics, and only the elected one can be sampled")


class WindowParams(Frozen):
    """Which articles are clustered together."""

    rule: Literal["hours", "days", "equal_count", "evenly_spaced"] = Field(
        description="`hours` and `days`: every window that has articles, so that a refresh adds the new ones; `equal_count`: for archives; "
        "`evenly_spaced`: `count` windows from `start` to `end`, what lies between them is left out, with a reason"
    )
    length: Positive = Field(description="hours, days, or articles per window; windows of hours and days start at midnight UTC")
    count: Annotated[int, Field(ge=2)] | None = Field(description="number of evenly spaced windows, of `length` hours each")
    start: dt.datetime | None = Field(description="start of the first evenly spaced window, with its zone")
    end: dt.datetime | None = Field(description="end of the last evenly spaced window, with its zone")
    warn_unclustered_share: Share = Field(description="a larger share of noise is said on the screen and in the report")

    @model_validator(mode="after")
    def _spaced(self) -> "WindowParams":
        given = [value for value in (self.count, self.start, self.end) if value is not None]
        if self.rule != "evenly_spaced":
            if given:
                raise ValueError("windows.count, start and end belong to `rule: evenly_spaced`; write null for the others")
            return self
        if self.count is None or self.start is None or self.end is None or self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("windows.rule `evenly_spaced` needs count, start and end, the times with a zone (2024-02-20T00:00Z)")
        if self.end - self.start < dt.timedelta(hours=self.length) * self.count:
            raise ValueError("windows.count windows of windows.length hours do not fit between start and end without overlap")
        return self


class TopicParams(Frozen):
    """Vectors of a window → topics."""

    engine: Literal["hdbscan", "scikit-learn", "fast-hdbscan"]
    fast_from_articles: Positive = Field(description="windows of `hdbscan` with so many articles are clustered by fast-hdbscan: see docs")
    fast_neighbours: Positive = Field(description="neighbours from which fast-hdbscan builds its tree")
    min_cluster_size: Annotated[int, Field(ge=2)]
    min_samples: Positive = Field(description="neighbours that make a point dense, itself not counted (scikit-learn counts it)")
    selection: Literal["eom", "leaf"]
    epsilon: float = Field(ge=0, description="clusters nearer than this (euclidean, on unit vectors) are not split")
    reduce_to: int = Field(ge=0, description="UMAP dimensions before clustering, 0 for none")
    reduce_from_articles: Positive = Field(description="windows with fewer articles are clustered in full dimension")
    noise: Literal["drop", "singleton", "nearest"] = Field(
        description="what no cluster took: stays outside (the sample's noise_share may take of it), is a topic of its own, or joins the "
        "nearest topic of its window"
    )
    nearest_min_cosine: float = Field(ge=-1, le=1, description="cosine to the topic's centre below which `nearest` leaves it outside")
    link_windows: int = Field(ge=0, description="a topic may continue a story of so many windows before; 0 links none")
    link_min_cosine: float = Field(ge=-1, le=1, description="cosine of the two centres")
    name_words: Positive = Field(description="words in an offline topic name")
    categories: tuple[str, ...] = Field(description="categories among which an LLM chooses one for a topic")


class EvenParams(Frozen):
    """What evenness over a kind of group counts, 0 for nothing: the weight of its sum of n log n (diversify/sampling/balance.py)."""

    topic: float = Field(ge=0)
    country_in_topic: float = Field(ge=0, description="countries within each topic")
    country: float = Field(ge=0, description="countries over the whole sample")
    language: float = Field(ge=0)
    publisher: float = Field(ge=0)


class SampleParams(Frozen):
    """Topics → the articles that are labelled."""

    size: Positive = Field(description="articles to label; all are taken when there are fewer")
    method: Literal["balanced", "random"]
    even: EvenParams
    noise_share: Share = Field(description="at most this share of the size is taken from unclustered articles")
    per_topic: Positive | None = Field(description="at most so many of one topic")
    per_country: Positive | None = Field(description="at most so many of one country")
    per_language: Positive | None = Field(description="at most so many of one language")
    per_publisher: Positive | None = Field(description="at most so many of one publisher; articles without one are not limited")
    within: Literal["recent", "random"] = Field(
        description="who comes first among articles of the same topic, country, language, publisher"
    )
    gap: Share = Field(description="the search may end when no choice can be better by more than this share of the cost")
    nodes: Positive = Field(description="branches after which the search ends with the best choice found")
