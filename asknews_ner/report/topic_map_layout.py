"""Vectors laid out on a plane, to be looked at: near on the plane means alike, the axes mean nothing."""

import numpy as np
from numpy.typing import NDArray

_FEWEST = 15
"""UMAP's own number of neighbours; below it there is no neighbourhood to keep."""
_DIGITS = 4


def on_a_plane(vectors: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """float64 [rows, 2], each axis from 0 to 1, the same for the same vectors and seed. `vectors`: float [rows, dimensions].

    By UMAP on cosines; by the two principal components where there are fewer than 15 different vectors, or where UMAP finds no
    place for some of them (it leaves rows without a neighbour at NaN)."""
    places = _umap(vectors, seed) if len(np.unique(vectors, axis=0)) >= _FEWEST else None
    if places is None or not np.isfinite(places).all():
        places = _principal_components(vectors)
    low, high = (places.min(axis=0), places.max(axis=0)) if len(places) else (np.zeros(2), np.ones(2))
    extent = np.where(high > low, high - low, 1.0)
    return np.round((places - low) / extent, _DIGITS)


def _umap(vectors: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    import umap

    reducer = umap.UMAP(n_components=2, n_neighbors=min(_FEWEST, len(vectors) - 1), metric="cosine", random_state=seed, n_jobs=1)
    return np.asarray(reducer.fit_transform(vectors), dtype=np.float64)


def _principal_components(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64 [rows, 2], the sign of each axis chosen so that the same vectors give the same picture everywhere."""
    places = np.zeros((len(vectors), 2))
    if len(vectors) > 1:
        left, sizes, _ = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
        found = left[:, :2] * sizes[:2]
        biggest = found[np.abs(found).argmax(axis=0), np.arange(found.shape[1])]
        places[:, : found.shape[1]] = found * np.where(biggest < 0, -1.0, 1.0)
    return places
