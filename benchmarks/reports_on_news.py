"""The reports on a dataset made of real articles, offline: how long each takes, and what it answers.

    ASKNEWS_NER_SHARED=FOLDER python benchmarks/reports_on_news.py WORK [ARTICLES]        two minutes

Makes a workspace with the recipe `archive` in WORK from so many real articles (default 720), drawn evenly over the twelve languages and,
within each, over the corpora; every stage from files to splits, a third of the articles in the sample. What the corpora say about which
articles tell the same stands in for people's groups. What is up to date in WORK stays, so that a second run only reports. No model is
trained. Last, the figures of topics whose members were shuffled: what the thresholds must tell from real ones.
"""

import os
import random
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from asknews_ner.diversify.clustering.cohesion import silhouette
from asknews_ner.factory import pipeline
from asknews_ner.factory.reports.hand_groups import groups_folder
from asknews_ner.factory.reports.registry import REPORTS
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import Recipe, load_recipe
from asknews_ner.records import SummaryVector, TopicMember
from asknews_ner_tests.conftest import refresh_articles_to_dataset
from asknews_ner_tests.news import write_articles, write_groups


def recipe_for(articles: int) -> Recipe:
    """The archive's recipe, which old articles of many years suit; a third of the articles is sampled."""
    archive = load_recipe("archive")
    return archive.model_copy(update={"sample": archive.sample.model_copy(update={"size": max(articles // 3, 1)})})


def make_dataset(work: Path, articles: int) -> Workspace:
    """Every stage from files to splits; what is up to date stays."""
    folder, shared = work / "articles", Path(os.environ["ASKNEWS_NER_SHARED"])
    if not (folder / "articles.parquet").exists():
        write_articles(folder, shared, articles)
    ws = Workspace(work / "archive", folder, recipe_for(articles))
    refresh_articles_to_dataset(ws)
    for stage in (pipeline.VERDICTS, pipeline.REVIEW_AGREEMENT, pipeline.ANNOTATOR_SCORES):
        stage.refresh(ws, None)
    write_groups(groups_folder(ws), shared)
    return ws


def shuffled_silhouette(ws: Workspace) -> float | None:
    """The silhouette of as many topics of the same sizes, their members drawn by chance within the window."""
    members, rng = ws.tables.read("topic_members", TopicMember), random.Random(ws.recipe.seed)
    vectors = {row.article_id: row.vector for row in ws.tables.read_all("summary_vectors", SummaryVector)}
    moved = []
    for window in sorted({row.window for row in members}):
        inside = [row for row in members if row.window == window]
        topics = [row.topic_id for row in inside]
        rng.shuffle(topics)
        moved += [replace(row, topic_id=topic) for row, topic in zip(inside, topics, strict=True)]
    return silhouette(moved, vectors, ws.recipe.checks.topics.silhouette_articles, ws.recipe.seed)[0]


def main() -> None:
    work, articles = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 720
    started = time.perf_counter()
    ws = make_dataset(work, articles)
    print(f"{ws.tables.row_count('dataset_examples')} examples after {time.perf_counter() - started:.0f} s")
    for report in REPORTS:
        started = time.perf_counter()
        done = report.refresh(ws)
        seconds, size = time.perf_counter() - started, done.page.stat().st_size / 1e6
        print(f"{report.name}: {seconds:.1f} s, {size:.2f} MB, {done.page}\n  {done.section.lead}")
        for table, (record, rows) in (done.made.tables if done.made else {}).items():
            verdicts = Counter(row.verdict for row in rows if hasattr(row, "verdict"))
            print(f"  {table}: {len(rows)} rows of {record.__name__} {dict(verdicts) or ''}")
    print(f"silhouette of shuffled topics: {shuffled_silhouette(ws)}")


if __name__ == "__main__":
    main()
