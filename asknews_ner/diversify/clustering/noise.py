"""What becomes of articles that no cluster took: they stay outside, stand alone, or join the nearest topic. Never unsaid."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from asknews_ner.diversify.clustering.engines import Clusters, Matrix
from asknews_ner.recipe import TopicParams

Place = Literal["clustered", "nearest", "single", "noise"]


def place_noise(vectors: Matrix, found: Clusters, params: TopicParams) -> tuple[NDArray[np.intp], list[Place]]:
    """(cluster number of each row, -1 for those that stay outside; how each row came there), by the recipe's policy.

    `nearest` looks at the cosine to the centres of the clusters, which the rows that join do not move."""
    labels = np.array(found.labels)
    places: list[Place] = ["clustered" if label >= 0 else "noise" for label in labels]
    outside = np.flatnonzero(labels < 0)
    clusters = sorted(set(labels[labels >= 0].tolist()))
    if params.noise == "nearest" and clusters:
        centres = centres_of(vectors, labels)
        cosines = vectors[outside] @ np.array([centres[label] for label in clusters]).T
        for row, best in zip(outside, cosines.argmax(axis=1) if len(outside) else [], strict=True):
            if float(vectors[row] @ centres[clusters[best]]) >= params.nearest_min_cosine:
                labels[row], places[row] = clusters[best], "nearest"
    elif params.noise == "singleton":
        for number, row in enumerate(outside, start=len(clusters)):
            labels[row], places[row] = number, "single"
    return labels, places


def centres_of(vectors: Matrix, labels: NDArray[np.intp]) -> Mapping[int, NDArray[np.float64]]:
    """Unit vector of each cluster's mean."""
    centres = {}
    for label in sorted(set(labels[labels >= 0].tolist())):
        mean = vectors[labels == label].mean(axis=0)
        centres[label] = mean / max(float(np.linalg.norm(mean)), 1e-12)
    return centres
