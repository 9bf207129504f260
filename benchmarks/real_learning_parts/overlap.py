"""What no test sentence may be: a sentence, or most of one, that stands in what the models were trained on."""

from collections.abc import Sequence

from asknews_ner.clean.duplicates import word_shingles
from asknews_ner.train.rows import GlinerRow

Runs = frozenset[str]


def runs_of(rows: Sequence[GlinerRow], words: int) -> Runs:
    """All runs of so many case-folded words in the rows; a shorter row is one run."""
    return frozenset(run for row in rows for run in word_shingles(" ".join(row["tokenized_text"]), words))


def without_seen(rows: Sequence[GlinerRow], trained: Runs, words: int, most: float) -> tuple[list[GlinerRow], int]:
    """(rows of which at most this share of runs stands in the training texts, how many were removed).

    A row shorter than a run is compared whole with training rows that are as short."""
    kept = []
    for row in rows:
        own = word_shingles(" ".join(row["tokenized_text"]), words) - {""}
        if not own or len(own & trained) <= most * len(own):
            kept.append(row)
    return kept, len(rows) - len(kept)
