"""Vectors of a window → topics: HDBSCAN on unit vectors, where euclidean distance orders as cosine does."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from asknews_ner.diversify.clustering.engines import Clusters, Matrix, cluster
from asknews_ner.diversify.clustering.links import stories
from asknews_ner.diversify.clustering.noise import Place, centres_of, place_noise
from asknews_ner.diversify.clustering.windows import UNDATED, windows
from asknews_ner.fingerprints import fingerprint
from asknews_ner.recipe import TopicParams, WindowParams
from asknews_ner.records import UNKNOWN_COUNTRY, Outcome, Reason, SummaryVector, Topic, TopicMember, rejection
from asknews_ner.storage.memo import Memo

STAGE = "topics"
_CLUSTERING = "clusters-1"
_TITLES_SHOWN = 12


class TopicReject(Reason):
    """Why an article has no place in a window."""

    OUTSIDE_WINDOWS = "it was published in none of the recipe's windows, or has no date"


@dataclass(frozen=True, slots=True)
class TopicName:
    """What a topic is called, in which category (may be empty), and who says so."""

    name: str
    category: str
    named_by: str


Namer = Callable[[Sequence[Sequence[str]]], list[TopicName]]
"""Names of topics, each given as the article ids nearest its centre."""


@dataclass(frozen=True, slots=True)
class Clustering:
    """All windows' topics; every article as a member, or rejected; how many windows were clustered now, and not taken from the memo."""

    topics: list[Topic]
    outcome: Outcome[TopicMember]
    clustered_windows: int

    @property
    def noise_share(self) -> float:
        """Share of the articles in no topic, from 0 to 1."""
        noise = sum(not member.topic_id for member in self.outcome.kept)
        return noise / len(self.outcome.kept) if self.outcome.kept else 0.0

    @property
    def biggest_share(self) -> float:
        """Share of the articles in the biggest topic: near 1 means that the clustering found nothing."""
        return max((topic.size for topic in self.topics), default=0) / len(self.outcome.kept) if self.outcome.kept else 0.0


@dataclass(frozen=True, slots=True)
class _Window:
    """One window: its rows and their unit vectors; topic number of each row (0 for none) and how it came there."""

    name: str
    rows: list[SummaryVector]
    vectors: Matrix
    numbers: NDArray[np.intp]
    places: list[Place]
    strengths: NDArray[np.float64]
    persistence: Mapping[int, float]

    def topic_id(self, number: int) -> str:
        return f"{self.name}/{number:03d}" if number else ""


def find_topics(
    rows: Sequence[SummaryVector], window: WindowParams, params: TopicParams, seed: int, memo: Memo, namer: Namer
) -> Clustering:
    """Topics of every window. Source: paper, HDBSCAN per 4-hour bucket on L2-normalised vectors.

    Every article is a member of one topic, or marked as noise, or rejected because no window of the recipe holds it. A window whose
    articles and vectors are those of an earlier run is not clustered again."""
    found, computed = [], 0
    for name, inside in windows(rows, window).items():
        vectors = np.array([row.vector for row in inside], dtype=np.float64)
        clusters, was_computed = _clustered(inside, vectors, params, seed, memo)
        computed += was_computed
        found.append(_numbered(name, inside, vectors, clusters, params))
    topics, nearest = [], []
    for one in found:
        for number in range(1, int(one.numbers.max(initial=0)) + 1):
            order = _by_nearness(one, number)
            nearest.append([one.rows[index].article_id for index in order[:_TITLES_SHOWN]])
            topics.append(_topic(one, number, [one.rows[index] for index in order]))
    began = _stories(found, params)
    named = namer(nearest)
    topics = [
        replace(topic, story=began.get(topic.topic_id, topic.topic_id), name=name.name, category=name.category, named_by=name.named_by)
        for topic, name in zip(topics, named, strict=True)
    ]
    members = [member for one in found for member in _members(one)]
    inside_one = {member.article_id for member in members}
    rejected = [
        rejection(row, STAGE, TopicReject.OUTSIDE_WINDOWS, row.published_at.isoformat() if row.published_at else "no date")
        for row in rows
        if row.article_id not in inside_one
    ]
    return Clustering(topics, Outcome(len(rows), members, rejected), computed)


def _clustered(rows: list[SummaryVector], vectors: Matrix, params: TopicParams, seed: int, memo: Memo) -> tuple[Clusters, bool]:
    """(clusters of a window, whether they were computed now)."""
    shaping = params.model_dump(exclude={"noise", "nearest_min_cosine", "link_windows", "link_min_cosine", "name_words", "categories"})
    contents = [[row.article_id, row.content_hash, row.encoder] for row in rows]
    key = fingerprint(
        _CLUSTERING, shaping, seed if params.reduce_to else 0, contents, hashlib.sha256(vectors.astype("<f4").tobytes()).hexdigest()
    )
    stored = memo.get_many([key]).get(key)
    if stored is not None:
        value = json.loads(stored)
        strengths = np.array(value["strengths"], dtype=np.float64)
        return Clusters(np.array(value["labels"], dtype=np.intp), strengths, tuple(value["persistence"])), False
    clusters = cluster(vectors, params, seed)
    value = {"labels": clusters.labels.tolist(), "strengths": clusters.strengths.tolist(), "persistence": clusters.persistence}
    memo.put_many(STAGE, {key: json.dumps(value).encode()})
    return clusters, True


def _numbered(name: str, rows: list[SummaryVector], vectors: Matrix, clusters: Clusters, params: TopicParams) -> _Window:
    """Numbers from 1, biggest topic first, ties by the first article id: independent of HDBSCAN's own numbering."""
    labels, places = place_noise(vectors, clusters, params)
    found = sorted(set(labels[labels >= 0].tolist()))
    first = {label: rows[int(np.flatnonzero(labels == label)[0])].article_id for label in found}
    ordered = sorted(found, key=lambda label: (-int((labels == label).sum()), first[label]))
    number = {label: place for place, label in enumerate(ordered, start=1)}
    persistence = {number[label]: value for label, value in enumerate(clusters.persistence) if label in number}
    numbers = np.array([number.get(int(label), 0) for label in labels], dtype=np.intp)
    return _Window(name, rows, vectors, numbers, places, clusters.strengths, persistence)


def _by_nearness(window: _Window, number: int) -> list[int]:
    chosen = np.flatnonzero(window.numbers == number)
    centre = window.vectors[chosen].mean(axis=0)
    return [int(index) for index in chosen[np.argsort(-(window.vectors[chosen] @ centre), kind="stable")]]


def _stories(found: Sequence[_Window], params: TopicParams) -> dict[str, str]:
    dated = [one for one in found if one.name != UNDATED]
    centres = {
        one.name: {one.topic_id(label + 1): centre for label, centre in centres_of(one.vectors, one.numbers - 1).items()} for one in dated
    }
    return stories([one.name for one in dated], centres, params.link_windows, params.link_min_cosine)


def _members(window: _Window) -> list[TopicMember]:
    return [
        TopicMember(row.article_id, window.name, window.topic_id(number), place, round(float(strength), 6), row.country, row.language)
        for row, number, place, strength in zip(window.rows, window.numbers, window.places, window.strengths, strict=True)
    ]


def _topic(window: _Window, number: int, rows: Sequence[SummaryVector]) -> Topic:
    countries = {row.country for row in rows} - {UNKNOWN_COUNTRY}
    persistence = window.persistence.get(number)
    return Topic(
        topic_id=window.topic_id(number),
        window=window.name,
        story="",
        name="",
        category="",
        named_by="",
        size=len(rows),
        countries=len(countries),
        languages=len({row.language for row in rows}),
        medoid=rows[0].article_id,
        persistence=None if persistence is None else round(persistence, 6),
    )
