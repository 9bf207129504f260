"""Acquisition: files → arrivals → articles by country and language."""

from asknews_ner.factory import pipeline
from asknews_ner.orchestration.article_figures import arrival_figures
from asknews_ner.orchestration.build import partitioned, whole

GROUP = "1_articles"

ASSETS = [
    whole(pipeline.ARRIVALS, GROUP, {"python", "parquet"}, deps=[], more=arrival_figures),
    partitioned(pipeline.ARTICLES, GROUP, {"parquet"}, deps=["arrivals"]),
]
