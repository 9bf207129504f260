"""Real articles as a drop folder, and what the corpora say about which tell the same: for tests and benchmarks, from the folder of real data."""

import gzip
import json
from pathlib import Path

import pandas as pd

from asknews_ner.recipe import LANGUAGES
from asknews_ner.storage.atomic import write_text


def write_articles(folder: Path, shared: Path, most: int) -> None:
    """One file of at most so many articles, drawn evenly over the twelve languages, then over the corpora."""
    parts = []
    for language in LANGUAGES:
        rows = pd.read_parquet(shared / "data" / "news" / f"articles_{language}.parquet").sort_values("article_id")
        shuffled = rows.sample(frac=1, random_state=3535)
        turn = shuffled.groupby("source_dataset").cumcount()
        parts.append(shuffled.assign(turn=turn).sort_values(["turn", "source_dataset"]).head(most // len(LANGUAGES)).drop(columns="turn"))
    folder.mkdir(parents=True, exist_ok=True)
    pd.concat(parts).rename(columns={"source_url": "url"}).to_parquet(folder / "articles.parquet", index=False)


def write_groups(folder: Path, shared: Path) -> None:
    """People's groups as files that the report `checks` reads, one a kind: news events, reports of one event, documents and translations."""
    with gzip.open(shared / "data" / "news" / "topic_labels.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for kind in ("event", "parallel_document", "topic"):
        own = [{"article_id": row["article_id"], "group": row["label"]} for row in rows if row["kind"] == kind]
        write_text(folder / f"{kind}.jsonl", "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in own))
