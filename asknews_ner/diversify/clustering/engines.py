"""HDBSCAN in three implementations, said in one language.

They differ in what `min_samples` counts (scikit-learn counts the point itself) and in cost: `hdbscan` and scikit-learn are quadratic
on vectors of some hundred dimensions, `fast-hdbscan` takes nearest neighbours from an index and its spanning tree from those
(benchmarks/topic_engines.py measures how far it agrees)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from asknews_ner.recipe import TopicParams

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Clusters:
    """`labels` [rows]: cluster number, -1 for noise. `strengths` [rows]: membership from 0 to 1. `persistence` [clusters]: how long a
    cluster outlives its splitting, from 0 to 1; empty where the engine does not say (scikit-learn, fast-hdbscan)."""

    labels: NDArray[np.intp]
    strengths: NDArray[np.float64]
    persistence: tuple[float, ...]


def cluster(vectors: Matrix, params: TopicParams, seed: int) -> Clusters:
    """Clusters of unit vectors, float64 [rows, dimensions]; all noise when there are too few rows for one cluster."""
    if len(vectors) < max(params.min_cluster_size, params.min_samples + 2):
        return Clusters(np.full(len(vectors), -1), np.zeros(len(vectors)), ())
    if params.reduce_to and len(vectors) >= params.reduce_from_articles:
        vectors = _reduce(vectors, params.reduce_to, seed)
    if params.engine == "scikit-learn":
        return _scikit_learn(vectors, params)
    if params.engine == "fast-hdbscan" or len(vectors) >= params.fast_from_articles:
        return _fast(vectors, params)
    return _hdbscan(vectors, params)


def _hdbscan(vectors: Matrix, params: TopicParams) -> Clusters:
    import hdbscan

    model = hdbscan.HDBSCAN(
        min_cluster_size=params.min_cluster_size,
        min_samples=params.min_samples,
        cluster_selection_method=params.selection,
        cluster_selection_epsilon=params.epsilon,
        core_dist_n_jobs=1,  # one job: the result does not depend on the number of cores
    )
    model.fit(vectors)
    return Clusters(model.labels_, model.probabilities_, tuple(float(value) for value in model.cluster_persistence_))


def _scikit_learn(vectors: Matrix, params: TopicParams) -> Clusters:
    from sklearn.cluster import HDBSCAN

    model = HDBSCAN(
        min_cluster_size=params.min_cluster_size,
        min_samples=params.min_samples + 1,  # counts the point itself
        cluster_selection_method=params.selection,
        cluster_selection_epsilon=params.epsilon,
        copy=True,
        n_jobs=1,
    )
    model.fit(vectors)
    return Clusters(model.labels_, model.probabilities_, ())


def _fast(vectors: Matrix, params: TopicParams) -> Clusters:
    import fast_hdbscan

    model: Any = fast_hdbscan.HDBSCAN(
        min_cluster_size=params.min_cluster_size,
        min_samples=params.min_samples,
        cluster_selection_method=params.selection,
        cluster_selection_epsilon=params.epsilon,
        # Above 30 dimensions the tree is built from this many neighbours; its own default (15) joins noise to clusters.
        knn_k=params.fast_neighbours,
        reproducible=True,
    )
    model.fit(vectors.astype(np.float32))
    return Clusters(model.labels_, np.asarray(model.probabilities_, dtype=np.float64), ())


def _reduce(vectors: Matrix, dimensions: int, seed: int) -> Matrix:
    """UMAP, seeded and therefore single-threaded: on real news it finds far more topics than raw vectors."""
    import umap

    reducer = umap.UMAP(n_components=dimensions, metric="cosine", min_dist=0.0, random_state=seed, n_jobs=1)
    return np.asarray(reducer.fit_transform(vectors), dtype=np.float64)
