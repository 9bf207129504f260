"""Is anything of the training set in the other splits? Topics, windows and word sequences are compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from asknews_ner.records import DatasetExample

_SHINGLE_WORDS = 8  # eight words in a row do not recur by chance in news


@dataclass(frozen=True, slots=True)
class Leakage:
    """What a held-out split shares with training. All zero: nothing leaks."""

    split: str
    shared_topics: int
    shared_articles: int
    texts_with_shared_words: int
    texts: int


def measure(examples: Sequence[DatasetExample]) -> list[Leakage]:
    """One row for validation and one for test."""
    training = [row for row in examples if row.split == "train"]
    topics = {row.topic_id for row in training if row.topic_id}
    articles = {row.article_id for row in training}
    shingles = {shingle for row in training for shingle in _shingles(row.tokens)}
    found = []
    for split in ("validation", "test"):
        rows = [row for row in examples if row.split == split]
        found.append(
            Leakage(
                split,
                shared_topics=len({row.topic_id for row in rows if row.topic_id} & topics),
                shared_articles=len({row.article_id for row in rows} & articles),
                texts_with_shared_words=sum(not shingles.isdisjoint(_shingles(row.tokens)) for row in rows),
                texts=len(rows),
            )
        )
    return found


def _shingles(tokens: Sequence[str]) -> set[str]:
    folded = [token.casefold() for token in tokens if token[0].isalnum()]
    return {" ".join(folded[i : i + _SHINGLE_WORDS]) for i in range(len(folded) - _SHINGLE_WORDS + 1)}
