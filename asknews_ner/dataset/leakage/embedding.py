"""Neighbours among vectors: exact, by matrix products in blocks. Two outlets' own reports of one event come near too (cosines to 0.9)."""

import numpy as np

from asknews_ner.dataset.leakage.texts import Pair, Vectors

_ROWS = 1024
"""Texts compared at once: bounds memory and shapes nothing."""


def find(left: Vectors, right: Vectors, min_cosine: float, min_cosine_lexical: float) -> list[Pair]:
    """Pairs with a cosine of at least the threshold, in order: the encoder's where it knows both languages, else that of names and numbers.

    Cosines are rounded to four digits, so that the last bits of a float decide nothing."""
    found = []
    for start in range(0, len(left), _ROWS):
        rows = slice(start, start + _ROWS)
        for before in range(0, len(right), _ROWS):
            columns = slice(before, before + _ROWS)
            both = left.known[rows, None] & right.known[None, columns]
            cosines = left.dense[rows] @ right.dense[columns].T
            if left.lexical.shape[1]:
                cosines = np.where(both, cosines, left.lexical[rows] @ right.lexical[columns].T)
            cosines = np.round(cosines.astype(np.float64), 4)
            near = np.nonzero(cosines >= np.where(both, min_cosine, min_cosine_lexical))
            found += [Pair(start + int(i), before + int(j), float(cosines[i, j])) for i, j in zip(*near, strict=True)]
    return sorted(found)
