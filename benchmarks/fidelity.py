"""How well the fidelity signals tell a summary of the right article from one of another: NTREX-128, 78 news documents and their human
translations into eleven languages. The first five sentences of the English document stand as the summary.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/fidelity.py

For each language: the median of the grounded share over right and wrong pairs (the next document's summary), the share of right pairs
that the thresholds of the recipe `laptop` keep, and the share of wrong pairs that they find."""

import gzip
import json
import os
import re
from pathlib import Path

import pandas as pd

from asknews_ner.annotate.checks.grounding import Kept, kept
from asknews_ner.recipe import LANGUAGES, FidelityParams, load_recipe


def documents() -> dict[str, dict[str, str]]:
    """Text by document and language."""
    news = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "news"
    with gzip.open(news / "topic_labels.jsonl.gz", "rt") as lines:
        labels = {row["article_id"]: row["label"] for row in map(json.loads, lines) if row["kind"] == "parallel_document"}
    found: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        rows = pd.read_parquet(news / f"articles_{language}.parquet")
        for row in rows[rows.article_id.isin(labels)].itertuples():
            found.setdefault(labels[row.article_id], {})[language] = f"{row.title}\n{row.text}"
    return found


def lead(text: str) -> str:
    return " ".join(re.split(r"(?<=[.!?])\s+", text)[:6])


def is_below(row: Kept, params: FidelityParams) -> bool:
    """As the pipeline decides, by the two shares alone."""
    shares = ((row.grounded, row.compared, params.min_grounded), (row.numbers, row.numbers_compared, params.min_numbers))
    return any(share is not None and count >= params.min_count and share < least for share, count, least in shares)


def main() -> None:
    params = load_recipe("laptop").annotate.fidelity
    texts = documents()
    names = sorted(texts)
    limits = f"grounded {params.min_grounded}, numbers {params.min_numbers}, from {params.min_count} things on"
    print(f"{len(names)} documents; thresholds: {limits}")
    print("language   grounded, right  grounded, wrong  right kept  wrong found")
    sums = [0.0, 0.0]
    for language in LANGUAGES:
        right, wrong = [], []
        for number, name in enumerate(names):
            other = names[(number + 1) % len(names)]
            right.append(kept(texts[name][language], language, lead(texts[name]["en"]), "en"))
            wrong.append(kept(texts[name][language], language, lead(texts[other]["en"]), "en"))
        shares = sum(not is_below(row, params) for row in right) / len(names), sum(is_below(row, params) for row in wrong) / len(names)
        sums = [sums[0] + shares[0], sums[1] + shares[1]]
        middle = [pd.Series([row.grounded for row in rows if row.grounded is not None]).median() for rows in (right, wrong)]
        print(f"{language:<10}{middle[0]:>17.2f}{middle[1]:>17.2f}{shares[0]:>12.3f}{shares[1]:>13.3f}")
    print(f"{'mean':<44}{sums[0] / len(LANGUAGES):>12.3f}{sums[1] / len(LANGUAGES):>13.3f}")


if __name__ == "__main__":
    main()
