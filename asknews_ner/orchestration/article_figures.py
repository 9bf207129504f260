"""What the web UI shows of arriving and leaving articles: rates by outlet and language, and what the identifiers say."""

import dagster as dg

from asknews_ner.factory.reject_rates import RejectRate, early_rows, language_agreement, rates_by_language, rates_by_publisher
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.metadata import RawMetadata, preview

_MOST = 40  # rows of a table in the UI


def arrival_figures(ws: Workspace) -> RawMetadata:
    """What the two identifiers say of each language's articles."""
    agreement = language_agreement(early_rows(ws).arrived)
    articles = sum(row.articles for row in agreement)
    return {
        "language_disagreement_share": sum(row.disagree for row in agreement) / articles if articles else 0.0,
        "language_agreement": dg.MetadataValue.md(preview(agreement)),
    }


def reject_figures(ws: Workspace) -> RawMetadata:
    """Share of rows lost between arrival and duplicates: in all, by outlet and by language, and the worst of each."""
    rows = early_rows(ws)
    publishers, languages = rates_by_publisher(rows), rates_by_language(rows)
    total = sum(rate.rows for rate in languages)
    return {
        "early_reject_share": sum(rate.rejected for rate in languages) / total if total else 0.0,
        "rejects_by_publisher": _table(publishers),
        "rejects_by_language": _table(languages),
    }


def _table(rates: list[RejectRate]) -> dg.MarkdownMetadataValue:
    shown = preview(rates[:_MOST])
    return dg.MetadataValue.md(shown if len(rates) <= _MOST else f"{shown}\n\n{len(rates) - _MOST} more")
