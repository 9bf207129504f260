"""Human review: verdicts, the queue, agreement, and the annotators' scores."""

from collections import Counter

import dagster as dg

from asknews_ner.dataset.consensus import ALL
from asknews_ner.factory import pipeline
from asknews_ner.factory.review_stages import LOST_SPANS_TABLE
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.build import whole
from asknews_ner.orchestration.metadata import RawMetadata, bar_chart, preview
from asknews_ner.records import AnnotatorScore, LostEntity, ReviewAgreement, ReviewTask, Verdict

GROUP = "4_review"
_NOBODY = "no verdicts yet: `asknews-ner review export` writes tasks for Label Studio, `review import` reads its export"


def _verdicts(ws: Workspace) -> RawMetadata:
    """Who reviewed, what was decided, and which regions were lost."""
    rows = ws.tables.read(pipeline.VERDICTS.name, Verdict)
    if not rows:
        return {"note": _NOBODY, "folder": dg.MetadataValue.path(str(ws.verdict_files))}
    lost = Counter(row.reason for row in ws.tables.read(LOST_SPANS_TABLE, LostEntity))
    return {
        "folder": dg.MetadataValue.path(str(ws.verdict_files)),
        "reviewers": len({row.reviewer for row in rows}),
        "texts": len({row.article_id for row in rows}),
        "dropped": sum(row.action == "dropped" for row in rows),
        "hours": round(sum(row.lead_seconds or 0.0 for row in rows) / 3600, 3),
        "lost_spans": sum(lost.values()),
        "lost_spans_by_reason": dg.MetadataValue.json(dict(lost.most_common())),
        "languages": dg.MetadataValue.md(bar_chart(Counter(row.language for row in rows), "verdicts")),
    }


def _queue(ws: Workspace) -> RawMetadata:
    """What is waiting, by reason and language."""
    rows = ws.tables.read(pipeline.REVIEW_QUEUE.name, ReviewTask)
    return {
        **Counter(row.chosen_as for row in rows),
        "languages": dg.MetadataValue.md(bar_chart(Counter(row.language for row in rows), "texts")),
        "countries": dg.MetadataValue.md(bar_chart(Counter(row.country for row in rows), "texts")),
        "types": dg.MetadataValue.md(bar_chart(Counter(kind for row in rows for kind in row.types), "texts")),
    }


def _agreement(ws: Workspace) -> RawMetadata:
    """The figures over all types, as a table; those over all languages too, as numbers that the UI plots."""
    rows = [row for row in ws.tables.read(pipeline.REVIEW_AGREEMENT.name, ReviewAgreement) if row.type == ALL]
    if not rows:
        return {"note": _NOBODY}
    values = {
        f"{name} {row.one} {row.other}": getattr(row, name) for row in rows if row.language == ALL for name in ("f1", "kappa", "alpha")
    }
    return {"languages": dg.MetadataValue.md(preview(rows)), **{name: value for name, value in values.items() if value is not None}}


def _scores(ws: Workspace) -> RawMetadata:
    """By language and by type as tables; over all as numbers that the UI plots."""
    rows = ws.tables.read(pipeline.ANNOTATOR_SCORES.name, AnnotatorScore)
    if not rows:
        return {"note": _NOBODY}
    whole_rows = [row for row in rows if (row.language, row.type) == (ALL, ALL)]
    values = {f"{name} {row.annotator}": getattr(row, name) for row in whole_rows for name in ("precision", "recall", "f1")}
    return {
        "by_language": dg.MetadataValue.md(preview([row for row in rows if row.type == ALL])),
        "by_type": dg.MetadataValue.md(preview([row for row in rows if row.language == ALL and row.type != ALL])),
        **{name: value for name, value in values.items() if value is not None},
    }


ASSETS = [
    whole(pipeline.VERDICTS, GROUP, {"labelstudio", "parquet"}, deps=["summaries"], more=_verdicts),
    whole(pipeline.REVIEW_QUEUE, GROUP, {"parquet"}, deps=["entity_labels", "summaries", "verdicts"], more=_queue),
    whole(pipeline.REVIEW_AGREEMENT, GROUP, {"parquet"}, deps=["entity_labels", "verdicts"], more=_agreement),
    whole(pipeline.ANNOTATOR_SCORES, GROUP, {"parquet"}, deps=["entity_labels", "verdicts"], more=_scores),
]
