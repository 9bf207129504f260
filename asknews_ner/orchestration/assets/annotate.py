"""Annotation: summaries of all articles, labels of the sample."""

from asknews_ner.factory import pipeline
from asknews_ner.orchestration.build import partitioned

ASSETS = [
    partitioned(pipeline.SUMMARIES, "2_summaries_and_topics", {"vllm", "parquet"}, deps=["clean_articles", "duplicates"], pool="llm"),
    partitioned(pipeline.ENTITY_LABELS, "3_dataset", {"vllm", "parquet"}, deps=["summaries", "sample"], pool="llm"),
]
