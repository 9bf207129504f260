"""Annotation: summaries of all articles, labels of the sample, and the bill."""

import dagster as dg

from asknews_ner.dataset.consensus import ALL
from asknews_ner.factory import pipeline
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.build import partitioned, whole
from asknews_ner.orchestration.metadata import RawMetadata, preview
from asknews_ner.records import Agreement, Cost
from asknews_ner.report.cost_plots import cost_plot


def _bill(ws: Workspace) -> RawMetadata:
    """Totals and plots. Without a price for any model there is no money to show."""
    rows = ws.tables.read(pipeline.LLM_COSTS.name, Cost)
    priced = [row.usd for row in rows if row.usd is not None]
    lines = ["| stage | annotator | articles | requests | prompt tokens | of these cached | answer tokens | seconds | USD |"]
    lines.append("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for stage, annotator in dict.fromkeys((row.stage, row.annotator) for row in rows):
        own = [row for row in rows if (row.stage, row.annotator) == (stage, annotator)]
        columns = ("articles", "requests", "prompt_tokens", "cached_tokens", "completion_tokens", "seconds")
        sums = [f"{sum(getattr(row, column) for row in own):,.0f}" for column in columns]
        money = [row.usd for row in own if row.usd is not None]
        lines.append("| " + " | ".join([stage, annotator, *sums, f"{sum(money):.4f}" if money else "no price"]) + " |")
    return {
        "totals": dg.MetadataValue.md("\n".join(lines)),
        "plots": dg.MetadataValue.md(cost_plot(rows)),
        "prompt_tokens": sum(row.prompt_tokens for row in rows),
        "cached_tokens": sum(row.cached_tokens for row in rows),
        "completion_tokens": sum(row.completion_tokens for row in rows),
        **({"usd": round(sum(priced), 6)} if priced else {}),
    }


def _agreement(ws: Workspace) -> RawMetadata:
    """The figures over all languages, as numbers that the UI plots."""
    rows = [row for row in ws.tables.read(pipeline.LABEL_AGREEMENT.name, Agreement) if row.language == ALL]
    if not rows:
        return {"note": "one annotator only: there is nothing to agree on (recipe: annotate.label_panel)"}
    values = {f"{name} {row.one} {row.other}": value for row in rows for name, value in (("f1", row.f1), ("alpha", row.alpha))}
    return {"pairs": dg.MetadataValue.md(preview(rows)), **{name: value for name, value in values.items() if value is not None}}


ASSETS = [
    partitioned(pipeline.SUMMARIES, "2_topics", {"vllm", "parquet"}, deps=["clean_articles", "duplicates"], pool="llm"),
    partitioned(pipeline.ENTITY_LABELS, "3_labels", {"vllm", "parquet"}, deps=["summaries", "sample"], pool="llm"),
    whole(pipeline.LLM_COSTS, "3_labels", {"parquet"}, deps=["summaries", "topics", "entity_labels"], more=_bill),
    whole(pipeline.LABEL_AGREEMENT, "3_labels", {"parquet"}, deps=["entity_labels"], more=_agreement),
]
