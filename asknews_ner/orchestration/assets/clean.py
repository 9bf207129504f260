"""Cleaning: quality by cell, duplicates over all."""

from asknews_ner.factory import pipeline
from asknews_ner.orchestration.article_figures import reject_figures
from asknews_ner.orchestration.assets.sources import GROUP
from asknews_ner.orchestration.build import partitioned, whole

ASSETS = [
    partitioned(pipeline.CLEAN_ARTICLES, GROUP, {"parquet"}, deps=["articles"]),
    whole(pipeline.DUPLICATES, GROUP, {"parquet"}, deps=["clean_articles"], more=reject_figures),
]
