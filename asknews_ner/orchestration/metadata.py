"""What the web UI shows of a materialisation: counts, reasons, columns, a preview."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from asknews_ner.annotate.money import costs
from asknews_ner.factory.stage import Refreshed, Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import Flag, Rejected, Spend
from asknews_ner.storage.tables import Partition, column_docs, flag_table, reject_table, spend_table

RawMetadata = dict[str, Any]
"""Metadata by name, as Dagster takes it."""

_PREVIEW_ROWS = 5
_PREVIEW_CHARACTERS = 120


def column_schema(record: type) -> dg.TableSchema:
    """The columns of a record, for the asset's page."""
    return dg.TableSchema([dg.TableColumn(name=name, type=kind, description=doc) for name, kind, doc in column_docs(record)])


def stage_metadata(ws: Workspace, stage: Stage, cell: Partition | None, done: Refreshed) -> RawMetadata:
    """Counts of a refresh, reasons of rejection, what the replies cost, and the first rows."""
    metadata: RawMetadata = {
        "dagster/row_count": done.kept,
        "rejected": done.rejected,
        **({"kept_share": round(done.kept / (done.kept + done.rejected), 4)} if done.kept + done.rejected else {}),
        "computed": done.computed,
        "from_memo": done.from_memo,
        "reused": done.reused,
        "fingerprint": done.fingerprint,
        "path": dg.MetadataValue.path(ws.tables.address(stage.name, cell)),
    }
    metadata.update(_cost(ws, stage, cell))
    if flags := ws.tables.read(flag_table(stage.name), Flag, cell):
        metadata["flagged"] = len(flags)
        metadata["flags"] = dg.MetadataValue.md(preview(flags[:_PREVIEW_ROWS]))
    if done.rejected:
        reasons = Counter(row.reason for row in ws.tables.read(reject_table(stage.name), Rejected, cell))
        metadata["rejected_by_reason"] = dg.MetadataValue.json(dict(reasons.most_common()))
    if done.kept and ws.tables.exists(stage.name, cell):
        metadata["preview"] = dg.MetadataValue.md(preview(ws.tables.read(stage.name, stage.record, cell)[:_PREVIEW_ROWS]))
    return metadata


def _cost(ws: Workspace, stage: Stage, cell: Partition | None) -> RawMetadata:
    """Numbers, which the UI plots from one materialisation to the next."""
    rows = costs(stage.name, ws.tables.read(spend_table(stage.name), Spend, cell), ws.recipe.annotate.prices)
    if not any(row.prompt_tokens for row in rows):
        return {}
    priced = [row.usd for row in rows if row.usd is not None]
    names = ("requests", "prompt_tokens", "cached_tokens", "completion_tokens", "seconds")
    return {f"llm_{name}": sum(getattr(row, name) for row in rows) for name in names} | (
        {"llm_usd": round(sum(priced), 6)} if priced else {}
    )


def preview(rows: Sequence[Any]) -> str:
    """A Markdown table of rows, long values cut."""
    if not rows:
        return "no rows"
    names = list(type(rows[0]).__dataclass_fields__)
    return table(names, [[getattr(row, name) for name in names] for row in rows])


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Columns and their values as a Markdown table, long values cut."""
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = (f"{value:.4g}" if isinstance(value, float) else str(value)).replace("\n", " ").replace("|", "\\|")
    return text if len(text) <= _PREVIEW_CHARACTERS else text[:_PREVIEW_CHARACTERS] + " …"


def bar_chart(counts: Mapping[str, int], unit: str) -> str:
    """Counts as a Markdown table with bars, biggest first: readable in the UI without a picture."""
    top = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:40]
    longest = max((value for _, value in top), default=1)
    lines = [f"| | {unit} | |", "| --- | ---: | --- |"]
    lines += [f"| {name} | {value} | {'█' * max(1, round(24 * value / longest))} |" for name, value in top]
    return "\n".join(lines)
