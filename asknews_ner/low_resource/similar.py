"""Sentences that are nearly an earlier one, and sentences that are an earlier one with other names."""

from collections.abc import Sequence

from asknews_ner.dataset.bio import spans
from asknews_ner.low_resource.records import GeneratedSentence


def near_duplicates(sentences: Sequence[GeneratedSentence], ngrams: int, similarity: float) -> list[int]:
    """Places of the sentences that have an earlier one at this Jaccard similarity or above, over runs of `ngrams` case-folded tokens.

    Exact, by a sparse product of all with all: some seconds for 5,000 sentences."""
    from sklearn.feature_extraction.text import CountVectorizer

    if len(sentences) < 2:
        return []
    runs = CountVectorizer(analyzer=lambda row: _runs(row.tokens, ngrams), binary=True).fit_transform(sentences)
    sizes = runs.sum(axis=1).A1
    shared = (runs @ runs.T).tocoo()
    union = sizes[shared.row] + sizes[shared.col] - shared.data
    near = (shared.col < shared.row) & (shared.data >= similarity * union)
    return sorted(set(shared.row[near].tolist()))


def same_but_for_names(sentences: Sequence[GeneratedSentence]) -> list[int]:
    """Places of the sentences that an earlier one equals once each entity is replaced by its type: one mould, filled again."""
    seen: set[tuple[str, ...]] = set()
    found = []
    for place, row in enumerate(sentences):
        mould = _mould(row)
        if mould in seen:
            found.append(place)
        seen.add(mould)
    return found


def _runs(tokens: Sequence[str], size: int) -> list[str]:
    """Runs of tokens with the sentence's ends; a blank cannot stand in a token."""
    words = ["", *(token.casefold() for token in tokens), ""]
    return [" ".join(words[start : start + size]) for start in range(max(1, len(words) - size + 1))]


def _mould(row: GeneratedSentence) -> tuple[str, ...]:
    words = [token.casefold() for token in row.tokens]
    for start, end, name in reversed(spans(row.tags)):
        words[start:end] = [f"<{name}>"]
    return tuple(words)
