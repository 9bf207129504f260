"""What the web UI shows of generated sentences: how many of those asked for can be used, what took the others, and how they read."""

from collections import Counter
from collections.abc import Sequence

import dagster as dg

from asknews_ner.annotate.faults import ReplyReject
from asknews_ner.dataset.bio import spans, type_of
from asknews_ner.factory.low_resource_audit import Audited
from asknews_ner.factory.low_resource_stage import loss_table, table_of, yield_table
from asknews_ner.factory.stage import Refreshed
from asknews_ner.factory.workspace import Workspace
from asknews_ner.low_resource.audit import LabelErrors
from asknews_ner.low_resource.filters import UsableReject
from asknews_ner.low_resource.parse import ParseReject
from asknews_ner.low_resource.records import GeneratedSentence
from asknews_ner.low_resource.yields import GenerationLoss, GenerationYield
from asknews_ner.orchestration.metadata import RawMetadata, bar_chart, preview, table
from asknews_ner.storage.tables import column_docs

_SHOWN = 12
_MEANINGS = {one.name: one.value for kind in (ReplyReject, ParseReject, UsableReject) for one in kind}


def generation_figures(ws: Workspace, language: str, done: Refreshed) -> RawMetadata:
    """The yield as a table and its figures as numbers that the UI plots; losses by reason; sentences with their entities marked."""
    (row,) = ws.tables.read(yield_table(language), GenerationYield)
    losses = ws.tables.read(loss_table(language), GenerationLoss)
    rows = ws.tables.read(table_of(language), GeneratedSentence)
    numbers = ("usable_share", "near_duplicate_share", "mould_share", "tokens_per_usable", "usd", "usd_per_usable")
    articles = {article for one in rows for article in one.grounded_by}
    return {
        "dagster/row_count": done.kept,
        "rejected": done.rejected,
        "computed": done.computed,
        "from_memo": done.from_memo,
        "fingerprint": done.fingerprint,
        "path": dg.MetadataValue.path(ws.tables.address(table_of(language))),
        **{name: value for name in numbers if (value := getattr(row, name)) is not None},
        "yield": dg.MetadataValue.md(_described(row)),
        "losses": dg.MetadataValue.md(
            table(("step", "reason", "rows", "share", "meaning"), [_loss(one) for one in losses]) if losses else "nothing was lost"
        ),
        "types": dg.MetadataValue.md(bar_chart(Counter(type_of(tag) for one in rows for tag in one.tags if tag[:2] == "B-"), "entities")),
        "topics": dg.MetadataValue.md(bar_chart(Counter(one.topic or "the model's choice" for one in rows), "usable sentences")),
        "grounded_in_articles": len(articles),
        "sentences": dg.MetadataValue.md(marked(rows[:: max(1, len(rows) // _SHOWN)][:_SHOWN])),
    }


def audit_figures(language: str, done: Audited) -> RawMetadata:
    """Errors by people's verdicts, or how to get them; the signs of the model beside those of the human data."""
    errors = done.errors
    numbers = ("wrong_share", "wrong_low", "wrong_high", "entity_error", "entity_low", "entity_high")
    how = (
        f"import {done.sheet.name} into Label Studio with {done.sheet.parent}/labelling_config.xml, export it as JSON into {done.verdicts}"
    )
    return {
        "sheet": dg.MetadataValue.path(str(done.sheet)),
        "verdicts": dg.MetadataValue.path(str(done.verdicts)),
        "reviewed": errors.reviewed,
        **({} if errors.reviewed else {"note": f"nobody has looked yet: {how}, and materialise this again"}),
        **{name: value for name in numbers if (value := getattr(errors, name)) is not None},
        "label_errors": dg.MetadataValue.md(_described(errors)),
        "signals": dg.MetadataValue.md(preview(done.signals)),
        "known_surfaces": dg.MetadataValue.md(f"{done.known} surfaces are known in {language}.\n\n{preview(done.surfaces)}"),
        **({"not_read": dg.MetadataValue.md(preview(done.rejected[:_SHOWN]))} if done.rejected else {}),
    }


def marked(rows: Sequence[GeneratedSentence]) -> str:
    """Sentences with their entities in bold, the type behind each."""
    lines = []
    for row in rows:
        words = [token.replace("|", "\\|").replace("*", "\\*") for token in row.tokens]
        for start, end, name in reversed(spans(row.tags)):
            words[start:end] = [f"**{' '.join(words[start:end])}** ({name})"]
        lines.append(f"- {' '.join(words)}")
    return "\n".join(lines) or "none"


def _loss(loss: GenerationLoss) -> tuple[object, ...]:
    return loss.stage, loss.reason, loss.rows, f"{loss.share:.1%}", _MEANINGS[loss.reason]


def _described(row: GenerationYield | LabelErrors) -> str:
    """One record as a table of its fields with what they mean."""
    lines = [(name, getattr(row, name), meaning) for name, _, meaning in column_docs(type(row)) if getattr(row, name) is not None]
    return table(("", "value", "meaning"), lines)
