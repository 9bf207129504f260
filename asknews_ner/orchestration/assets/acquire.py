"""Acquisition: sources → batches in the drop folder → arrivals → articles by country and language."""

from asknews_ner.factory import pipeline
from asknews_ner.orchestration.article_figures import arrival_figures
from asknews_ner.orchestration.assets.sources import GROUP, acquired_batches
from asknews_ner.orchestration.build import partitioned, whole

ASSETS = [
    acquired_batches,
    whole(pipeline.ARRIVALS, GROUP, {"python", "parquet"}, deps=["acquired_batches"], more=arrival_figures),
    partitioned(pipeline.ARTICLES, GROUP, {"parquet"}, deps=["arrivals"]),
]
