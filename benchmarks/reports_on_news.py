"""The reports on a dataset made of real articles, offline: how long each takes, and what it answers.

    ASKNEWS_NER_SHARED=FOLDER python benchmarks/reports_on_news.py WORK [ARTICLES]

Makes a workspace with the recipe `archive` in WORK from so many real articles (default 960), drawn evenly over the twelve languages and,
within each, over the corpora; every stage from files to splits. What is up to date in WORK stays, so that a second run only reports.
No model is trained.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from benchmark_passages import shared

from asknews_ner.factory import pipeline
from asknews_ner.factory.reports.registry import REPORTS
from asknews_ner.factory.stage import Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import LANGUAGES, Recipe, load_recipe
from asknews_ner.storage.tables import Partition

_EARLY: tuple[Stage, ...] = (pipeline.ARTICLES, pipeline.CLEAN_ARTICLES)
_MIDDLE: tuple[Stage, ...] = (pipeline.SUMMARIES, pipeline.SUMMARY_VECTORS)
_DIVERSIFY: tuple[Stage, ...] = (pipeline.STORY_COPIES, pipeline.TOPICS, pipeline.SAMPLE, pipeline.DISTRIBUTION, pipeline.VERDICTS)
_LATE: tuple[Stage, ...] = (pipeline.ENTITY_LABELS, pipeline.NER_EXAMPLES)
_DATASET: tuple[Stage, ...] = (
    pipeline.PROPOSED_TYPES, pipeline.REVIEW_AGREEMENT, pipeline.ANNOTATOR_SCORES, pipeline.SPLIT, pipeline.TYPE_COUNTS, pipeline.LEAKAGE,
)  # fmt: skip


def recipe_for(articles: int) -> Recipe:
    """The archive's recipe, which old articles of many years suit; a third of the articles is sampled."""
    archive = load_recipe("archive")
    return archive.model_copy(update={"sample": archive.sample.model_copy(update={"size": max(articles // 3, 1)})})


def write_articles(folder: Path, most: int) -> None:
    """The drop folder: articles drawn evenly over languages, then over corpora."""
    parts = []
    for language in LANGUAGES:
        rows = pd.read_parquet(shared() / "news" / f"articles_{language}.parquet").sort_values("article_id")
        shuffled = rows.sample(frac=1, random_state=3535)
        turn = shuffled.groupby("source_dataset").cumcount()
        parts.append(shuffled.assign(turn=turn).sort_values(["turn", "source_dataset"]).head(most // len(LANGUAGES)).drop(columns="turn"))
    folder.mkdir(parents=True, exist_ok=True)
    pd.concat(parts).rename(columns={"source_url": "url"}).to_parquet(folder / "articles.parquet", index=False)


def make_dataset(work: Path, articles: int) -> Workspace:
    """Every stage from files to splits; what is up to date stays."""
    folder = work / "articles"
    if not (folder / "articles.parquet").exists():
        write_articles(folder, articles)
    ws = Workspace(work / "archive", folder, recipe_for(articles))
    pipeline.ARRIVALS.refresh(ws, None)
    _cells(ws, _EARLY)
    pipeline.DUPLICATES.refresh(ws, None)
    _cells(ws, _MIDDLE)
    for stage in _DIVERSIFY:
        stage.refresh(ws, None)
    _cells(ws, _LATE)
    for stage in _DATASET:
        stage.refresh(ws, None)
    return ws


def _cells(ws: Workspace, stages: Sequence[Stage]) -> None:
    for country in sorted({cell.country for cell in ws.tables.partitions("arrivals")}):
        for stage in stages:
            for language in LANGUAGES:
                stage.refresh(ws, Partition(country, language))


def main() -> None:
    work, articles = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 960
    started = time.perf_counter()
    ws = make_dataset(work, articles)
    print(f"{ws.tables.row_count('dataset_examples')} examples after {time.perf_counter() - started:.0f} s")
    for report in REPORTS:
        started = time.perf_counter()
        done = report.refresh(ws)
        print(f"{report.name}: {time.perf_counter() - started:.1f} s, {done.page.stat().st_size / 1e6:.2f} MB, {done.page}")
        print(f"  {done.section.lead}")


if __name__ == "__main__":
    main()
