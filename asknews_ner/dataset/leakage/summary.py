"""What can be said of the rows alone, for the card: shared stories, articles and runs of words."""

from collections.abc import Sequence
from dataclasses import dataclass

from asknews_ner.clean.duplicates import word_shingles
from asknews_ner.records import DatasetExample

_RUN_WORDS = 8  # eight words in a row do not recur by chance in news


@dataclass(frozen=True, slots=True)
class Leakage:
    """What a held-out split shares with training. All zero: nothing leaks."""

    split: str
    shared_topics: int
    shared_articles: int
    texts_with_shared_words: int
    texts: int


def measure(examples: Sequence[DatasetExample]) -> list[Leakage]:
    """One row for validation and one for test. Topics of one story count as one topic."""
    training = [row for row in examples if row.split == "train"]
    topics = {row.story for row in training if row.story}
    articles = {row.article_id for row in training}
    runs = {run for row in training for run in _runs(row.tokens)}
    found = []
    for split in ("validation", "test"):
        rows = [row for row in examples if row.split == split]
        found.append(
            Leakage(
                split,
                shared_topics=len({row.story for row in rows if row.story} & topics),
                shared_articles=len({row.article_id for row in rows} & articles),
                texts_with_shared_words=sum(not runs.isdisjoint(_runs(row.tokens)) for row in rows),
                texts=len(rows),
            )
        )
    return found


def _runs(tokens: Sequence[str]) -> frozenset[str]:
    return word_shingles(" ".join(tokens), _RUN_WORDS)
