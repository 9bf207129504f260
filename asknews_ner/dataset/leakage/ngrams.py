"""Runs of words: which share of the shorter text's runs the other has. Finds what was copied as it stands, however it was cut."""

from collections.abc import Sequence

import numpy as np

from asknews_ner.dataset.leakage.texts import Pair

_ROWS = 1024
"""Texts of the left side compared at once: bounds memory and shapes nothing."""


def find(left: Sequence[frozenset[str]], right: Sequence[frozenset[str]], least: float) -> list[Pair]:
    """Pairs whose share is at least `least`, in order; exact, no candidate is missed.

    The share is of the smaller set of runs, so that an extract counts as much as a whole copy. A sparse matrix product counts the
    common runs of all pairs."""
    from sklearn.feature_extraction.text import CountVectorizer

    if not any(left) or not any(right):
        return []
    counter = CountVectorizer(analyzer=sorted, binary=True, dtype=np.int32)
    of_right = counter.fit_transform(right).T.tocsr()
    sizes = np.array([len(runs) for runs in right])
    found = []
    for start in range(0, len(left), _ROWS):
        rows = left[start : start + _ROWS]
        common = (counter.transform(rows) @ of_right).tocoo()
        own = np.array([len(runs) for runs in rows])
        shares = common.data / np.minimum(own[common.row], sizes[common.col])
        found += [Pair(start + int(common.row[k]), int(common.col[k]), round(float(shares[k]), 6)) for k in np.flatnonzero(shares >= least)]
    return sorted(found)
