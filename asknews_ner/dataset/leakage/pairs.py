"""All measures over two sides: pairs of texts that have too much in common."""

from collections.abc import Sequence

from asknews_ner.dataset.leakage import embedding, keys, minhash, ngrams
from asknews_ner.dataset.leakage.texts import Pair, Side
from asknews_ner.recipe import BlockingMeasure, LeakageParams

KEYS: tuple[BlockingMeasure, ...] = ("article", "story", "copies")
NEAR: tuple[BlockingMeasure, ...] = ("ngrams", "minhash", "embedding")
MEASURES: tuple[BlockingMeasure, ...] = (*KEYS, *NEAR)


def threshold(measure: BlockingMeasure, params: LeakageParams) -> float | None:
    """The value from which a pair counts as found; None for keys."""
    values = {"ngrams": params.min_shared_ngrams, "minhash": params.min_similarity, "embedding": params.min_cosine}
    return values.get(measure)


def find(measure: BlockingMeasure, left: Side, right: Side, params: LeakageParams) -> list[Pair]:
    """Pairs found by one measure, in order; none where a side lacks what is compared."""
    if measure == "ngrams":
        return ngrams.find(left.shingles(params.ngram_words), right.shingles(params.ngram_words), params.min_shared_ngrams)
    if measure == "minhash":
        size = params.shingle_words
        return minhash.find(left.shingles(size), right.shingles(size), params.min_similarity, params.permutations)
    if measure == "embedding":
        if left.vectors is None or right.vectors is None:
            return []
        return embedding.find(left.vectors, right.vectors, params.min_cosine, params.min_cosine_lexical)
    return keys.find(left.keys.get(measure, ()), right.keys.get(measure, ()))


def compared(measure: BlockingMeasure, left: Side, right: Side) -> int:
    """How many of the left side's texts a measure can compare."""
    if measure == "embedding":
        return 0 if left.vectors is None or right.vectors is None else int(left.vectors.present.sum())
    if measure in KEYS:
        return sum(map(bool, left.keys.get(measure, ())))
    return len(left.ids)


def longest_run(one: Sequence[str], other: Sequence[str]) -> str:
    """The longest run of words that two texts share, regardless of case."""
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, [word.casefold() for word in one], [word.casefold() for word in other], autojunk=False)
    match = matcher.find_longest_match()
    return " ".join(one[match.a : match.a + match.size])
