"""MinHash: texts alike as a whole, whichever words were changed. Signatures find candidates, the exact Jaccard similarity decides."""

from collections.abc import Sequence

from asknews_ner.clean.duplicates import similarity
from asknews_ner.dataset.leakage.texts import Pair


def find(left: Sequence[frozenset[str]], right: Sequence[frozenset[str]], least: float, permutations: int) -> list[Pair]:
    """Pairs of sets with a Jaccard similarity of at least `least`, in order. Of pairs near `least` the signatures miss a few."""
    from datasketch import MinHash, MinHashLSH

    def sketches(texts: Sequence[frozenset[str]]) -> list[MinHash]:
        return list(MinHash.generator([[run.encode() for run in sorted(runs)] for runs in texts], num_perm=permutations, seed=1))

    # A candidate too many costs one comparison, a missed one stays unseen: bands are chosen against the latter.
    index = MinHashLSH(threshold=least, num_perm=permutations, weights=(0.05, 0.95))
    for place, sketch in enumerate(sketches(right)):
        if right[place]:
            index.insert(place, sketch)
    candidates = [(one, other) for one, sketch in enumerate(sketches(left)) if left[one] for other in index.query(sketch)]
    pairs = [Pair(one, other, round(similarity(left[one], right[other]), 6)) for one, other in sorted(candidates)]
    return [pair for pair in pairs if pair.value >= least]
