"""How many right titles and how many wrong ones are found not to belong to their text, on the shared news.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/bad_scrapes.py        a minute

Right: the title each source gives. Wrong: the title of another article of the same language and source. Titles with fewer words
decide nothing. Every second article chooses (the fewest right ones lost), the others report; by
language at the recipe's values."""

import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from asknews_ner.clean.title_match import title_overlap
from asknews_ner.recipe import LANGUAGES, load_recipe

SEED, MOST = 20240220, 400
PARAMS = load_recipe("laptop").clean


@dataclass(frozen=True)
class Pair:
    language: str
    half: int
    right: bool
    overlap: float
    words: int


def pairs() -> list[Pair]:
    folder = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "news"
    draw = random.Random(SEED)
    found = []
    for language in LANGUAGES:
        frame = pd.read_parquet(folder / f"articles_{language}.parquet").dropna(subset=["title", "text"])
        frame = frame.sample(min(MOST, len(frame)), random_state=SEED)
        for _, group in frame.groupby("source_dataset"):
            rows = list(zip(group.title, group.text, strict=True))
            for number, (title, text) in enumerate(rows):
                found.append(Pair(language, number % 2, True, *title_overlap(title, text, PARAMS)))
                others = [other for other, _ in rows if other != title]
                if others:
                    found.append(Pair(language, number % 2, False, *title_overlap(draw.choice(others), text, PARAMS)))
    return found


def rates(rows: Sequence[Pair], min_words: int, min_overlap: float) -> tuple[float, float]:
    """(share of right titles rejected, share of wrong titles rejected), titles with too few words among them."""
    rejected = [row.words >= min_words and row.overlap < min_overlap for row in rows]
    shares = []
    for right in (True, False):
        own = [found for row, found in zip(rows, rejected, strict=True) if row.right is right]
        shares.append(sum(own) / len(own))
    return shares[0], shares[1]


def main() -> None:
    rows = pairs()
    print(f"{len(rows)} pairs\nmin words  min overlap   choosing: right lost  wrong found   other half: right lost  wrong found")
    for words in (3, 4, 5):
        for overlap in (0.01, 0.15, 0.21, 0.26, 0.34):
            cells = [rates([row for row in rows if row.half == half], words, overlap) for half in (0, 1)]
            print(f"{words:9}  {overlap:11.2f}" + "".join(f"                {lost:9.2%}  {found:11.1%}" for lost, found in cells))
    print(f"\nat the recipe's values ({PARAMS.title_min_words} words, {PARAMS.min_title_overlap}), all articles")
    for language in LANGUAGES:
        own = [row for row in rows if row.language == language]
        lost, found = rates(own, PARAMS.title_min_words, PARAMS.min_title_overlap)
        print(f"{language:3} {sum(row.right for row in own):5} titles   right lost {lost:.2%}   wrong found {found:.1%}")


if __name__ == "__main__":
    main()
