"""Vectors of a window → topics: HDBSCAN on unit vectors, where euclidean distance orders as cosine does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from asknews_ner.diversify.windows import windows
from asknews_ner.recipe import TopicParams, WindowParams
from asknews_ner.records import UNKNOWN_COUNTRY, SummaryVector, Topic, TopicMember

STAGE = "topics"
_TITLES_SHOWN = 12

Namer = Callable[[Sequence[Sequence[str]]], list[tuple[str, str]]]
"""For each topic the article ids nearest its centre → (name, who named it)."""


@dataclass(frozen=True, slots=True)
class Clustering:
    """All windows' topics and members, and how much stayed outside."""

    topics: list[Topic]
    members: list[TopicMember]

    @property
    def noise_share(self) -> float:
        """Share of the articles in no topic, from 0 to 1."""
        noise = sum(not member.topic_id for member in self.members)
        return noise / len(self.members) if self.members else 0.0

    @property
    def biggest_share(self) -> float:
        """Share of the articles in the biggest topic: near 1 means that the clustering found nothing."""
        return max((topic.size for topic in self.topics), default=0) / len(self.members) if self.members else 0.0


def find_topics(rows: Sequence[SummaryVector], window: WindowParams, params: TopicParams, seed: int, namer: Namer) -> Clustering:
    """Topics of every window. Source: paper, HDBSCAN per 4-hour bucket on L2-normalised vectors.

    Every article is a member of one topic or is marked as noise; none is dropped."""
    topics: list[Topic] = []
    members: list[TopicMember] = []
    nearest: list[list[str]] = []
    for name, inside in windows(rows, window).items():
        vectors = np.array([row.vector for row in inside], dtype=np.float64)
        labels, strengths = cluster(vectors, params, seed)
        numbered = _number_by_size(labels, inside)
        for row, label, strength in zip(inside, labels, strengths, strict=True):
            topic_id = f"{name}/{numbered[label]:03d}" if label >= 0 else ""
            members.append(TopicMember(row.article_id, name, topic_id, round(float(strength), 6), row.country, row.language))
        for label in sorted(numbered, key=lambda key: numbered[key]):
            chosen = np.flatnonzero(labels == label)
            order = chosen[np.argsort(-(vectors[chosen] @ vectors[chosen].mean(axis=0)), kind="stable")]
            nearest.append([inside[index].article_id for index in order[:_TITLES_SHOWN]])
            topics.append(_topic(f"{name}/{numbered[label]:03d}", name, [inside[index] for index in order]))
    named = namer(nearest)
    return Clustering([replace(topic, name=name, named_by=by) for topic, (name, by) in zip(topics, named, strict=True)], members)


def cluster(vectors: NDArray[np.float64], params: TopicParams, seed: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """(cluster number of each row or -1 for noise, membership strength). `vectors`: float64 [rows, dimensions]."""
    import hdbscan

    if len(vectors) < max(params.min_cluster_size, params.min_samples + 1):
        return np.full(len(vectors), -1), np.zeros(len(vectors))
    if params.reduce_to and len(vectors) >= params.reduce_from_articles:
        vectors = _reduce(vectors, params.reduce_to, seed)
    model = hdbscan.HDBSCAN(
        min_cluster_size=params.min_cluster_size,
        min_samples=params.min_samples,
        cluster_selection_method=params.selection,
        cluster_selection_epsilon=params.epsilon,
        core_dist_n_jobs=1,  # one job: the result does not depend on the number of cores
    )
    return model.fit_predict(vectors), model.probabilities_


def _reduce(vectors: NDArray[np.float64], dimensions: int, seed: int) -> NDArray[np.float64]:
    """UMAP, seeded and therefore single-threaded: on real news it finds far more topics than raw vectors (facts: 58 against 13)."""
    import umap

    reducer = umap.UMAP(n_components=dimensions, metric="cosine", min_dist=0.0, random_state=seed, n_jobs=1)
    return np.asarray(reducer.fit_transform(vectors), dtype=np.float64)


def _number_by_size(labels: NDArray[np.intp], rows: Sequence[SummaryVector]) -> dict[int, int]:
    """Cluster label → number from 1, biggest first, ties by the first article id: independent of HDBSCAN's own numbering."""
    found = sorted({int(label) for label in labels if label >= 0})
    first = {label: min(row.article_id for row, own in zip(rows, labels, strict=True) if own == label) for label in found}
    ordered = sorted(found, key=lambda label: (-int((labels == label).sum()), first[label]))
    return {label: number for number, label in enumerate(ordered, start=1)}


def _topic(topic_id: str, window: str, rows: Sequence[SummaryVector]) -> Topic:
    countries = {row.country for row in rows} - {UNKNOWN_COUNTRY}
    languages = {row.language for row in rows}
    return Topic(topic_id, window, "", "", len(rows), len(countries), len(languages), rows[0].article_id)
