"""Topics against what people grouped: adjusted Rand index, V-measure and share of noise, by setting.

    ASKNEWS_NER_SHARED=FOLDER python benchmarks/topic_quality.py

BASIL: 186 English articles, events told by three outlets. SlavicNER: 1,570 articles of six languages, a few broad topics, untranslated.
The shipped sample's planted stories are measured by benchmarks/topics_on_sample.py. Title and the beginning of the text (600 characters)
stand for the summary; each set is one window; noise counts as clusters of one; seed of the recipes.
"""

import gzip
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from sklearn.metrics import adjusted_rand_score, v_measure_score

from asknews_ner.diversify.clustering.topics import TopicName, find_topics
from asknews_ner.diversify.embedding.encoders import SentenceTransformerEncoder
from asknews_ner.diversify.embedding.vectors import embed
from asknews_ner.recipe import EmbedParams, load_recipe
from asknews_ner.records import Summary
from asknews_ner.storage.memo import Memo

LAPTOP, ARCHIVE = load_recipe("laptop"), load_recipe("archive")
SETS = {"BASIL": ("basil", "event"), "SlavicNER": ("slavicner", "topic")}
WINDOW = ARCHIVE.windows.model_copy(update={"rule": "equal_count", "length": 100_000})
TOPICS = {
    "laptop": LAPTOP.topics,
    "laptop, leaf": LAPTOP.topics.model_copy(update={"selection": "leaf"}),
    "laptop, noise to the nearest": LAPTOP.topics.model_copy(update={"noise": "nearest"}),
    "smallest topic 10, no UMAP": ARCHIVE.topics.model_copy(update={"min_cluster_size": 10, "min_samples": 5, "reduce_to": 0}),
    "archive (UMAP)": ARCHIVE.topics.model_copy(update={"reduce_from_articles": 100}),
    "archive, smallest topic 3": ARCHIVE.topics.model_copy(update={"reduce_from_articles": 100, "min_cluster_size": 3, "min_samples": 2}),
    "archive, smallest topic 20": ARCHIVE.topics.model_copy(update={"reduce_from_articles": 100, "min_cluster_size": 20}),
}
VECTORS = {
    "encoder alone": ARCHIVE.embed.model_copy(update={"untranslated": "encode", "lexical_dimensions": 0}),
    "with lexical part": ARCHIVE.embed,
}


def unnamed(topics: Sequence[Sequence[str]]) -> list[TopicName]:
    return [TopicName("", "", "")] * len(topics)


def main() -> None:
    shared = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "news"
    articles = pd.concat([pd.read_parquet(file) for file in sorted(shared.glob("articles_*.parquet"))])
    with gzip.open(shared / "topic_labels.jsonl.gz", "rt", encoding="utf-8") as lines:
        labels = pd.DataFrame([json.loads(line) for line in lines])
    with tempfile.TemporaryDirectory() as folder:
        memo = Memo(Path(folder) / "memo.sqlite")
        for name, (source, kind) in SETS.items():
            gold: dict[str, str] = dict(labels[labels.kind == kind][["article_id", "label"]].itertuples(index=False))
            rows = articles[(articles.source_dataset == source) & articles.article_id.isin(gold)]
            summaries = [summary(row) for row in rows.sort_values("article_id").itertuples(index=False)]
            for of, params in VECTORS.items():
                measure(f"{name}, {of}", summaries, gold, params, memo)


def summary(row: object) -> Summary:
    values = row._asdict()  # type: ignore[attr-defined]
    title = values["title"] if isinstance(values["title"], str) else ""
    return Summary(values["article_id"], values["article_id"], "", "", title, values["text"][:600], values["language"], False, 0, "ZZ",
                   values["language"], pd.Timestamp("2026-03-02", tz="UTC").to_pydatetime())  # fmt: skip


def measure(name: str, summaries: Sequence[Summary], gold: dict[str, str], params: EmbedParams, memo: Memo) -> None:
    vectors, _, _ = embed(summaries, params, SentenceTransformerEncoder(params), memo, lambda *_: None)
    groups = len({gold[row.article_id] for row in vectors})
    for setting, topics in TOPICS.items():
        found = find_topics(vectors, WINDOW, topics, ARCHIVE.seed, memo, unnamed)
        truth = [gold[member.article_id] for member in found.outcome.kept]
        ours = [member.topic_id or member.article_id for member in found.outcome.kept]
        sys.stdout.write(
            f"{name:30} {setting:30} {len(found.topics):3} topics (people: {groups}), noise {found.noise_share:4.0%}, biggest "
            f"{found.biggest_share:4.0%}, ARI {adjusted_rand_score(truth, ours):.3f}, V {v_measure_score(truth, ours):.3f}\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
