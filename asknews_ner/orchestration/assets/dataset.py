"""Dataset: examples by cell, splits and release over all."""

from collections import Counter
from collections.abc import Sequence

import dagster as dg

from asknews_ner.dataset.alignment.encoder_fit import faults
from asknews_ner.dataset.leakage.pairs import NEAR
from asknews_ner.dataset.splits.sides import SIDES
from asknews_ner.evaluate.sets import BENCHMARK
from asknews_ner.factory import outputs, pipeline
from asknews_ner.factory.ledger import read_ledger
from asknews_ner.factory.sides import INPUTS
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.build import OWNERS, after, partitioned, whole
from asknews_ner.orchestration.metadata import RawMetadata, bar_chart, column_schema, table
from asknews_ner.orchestration.resources import WorkspaceResource
from asknews_ner.records import DatasetExample, EncoderFit, LeakageRow, ReleasedExample

GROUP = "5_dataset"


@dg.asset(
    group_name=GROUP,
    kinds={"parquet", "huggingface"},
    owners=OWNERS,
    deps=after("dataset_examples", "leakage"),
    metadata={"dagster/column_schema": column_schema(ReleasedExample)},
)
def ner_dataset(workspace: WorkspaceResource) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """The finished dataset's folder: GLiNER JSON, Parquet, recipe and card. Global because a release is one thing."""
    ws = workspace.open()
    count = outputs.refresh_release(ws)
    rows = ws.tables.read("dataset_examples", DatasetExample)
    types = Counter(span.label for row in rows for span in row.spans)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": count,
            "splits": dg.MetadataValue.json(dict(Counter(row.split for row in rows))),
            "types": dg.MetadataValue.md(bar_chart(types, "entities")),
            "card": dg.MetadataValue.md((ws.dataset / "README.md").read_text(encoding="utf-8").split("---", 2)[-1]),
            "path": dg.MetadataValue.path(str(ws.dataset)),
        },
        data_version=dg.DataVersion(outputs.release_stamp(ws)),
    )


@dg.asset_check(asset="dataset_examples", blocking=True)
def counts_add_up(workspace: WorkspaceResource) -> dg.AssetCheckResult:
    """Rows in = kept + rejected, at every stage, for every country and language. Blocks the release."""
    ledger = read_ledger(workspace.open())
    table = {stage: dict(zip(("in", "kept", "rejected"), ledger.total(stage), strict=True)) for stage in ledger.stages}
    return dg.AssetCheckResult(
        passed=not ledger.faults, metadata={"stages": dg.MetadataValue.json(table), "faults": dg.MetadataValue.json(ledger.faults[:50])}
    )


@dg.asset_check(asset="leakage", blocking=True)
def nothing_leaks(workspace: WorkspaceResource) -> dg.AssetCheckResult:
    """No story, no copy and no near-duplicate stands in two splits, by the measures that the recipe names. Blocks the release."""
    ws = workspace.open()
    rows = [row for row in ws.tables.read("leakage", LeakageRow) if row.blocks]
    found = [row for row in rows if row.found]
    return dg.AssetCheckResult(
        passed=bool(rows) and not found and pipeline.LEAKAGE.is_current(ws, None),
        description="the proof is not of the present splits" if not pipeline.LEAKAGE.is_current(ws, None) else None,
        metadata={"compared": len(rows), "found": dg.MetadataValue.md(leakage_table(found))},
    )


@dg.asset_check(asset="leakage", blocking=False)
def benchmarks_are_unseen(workspace: WorkspaceResource) -> dg.AssetCheckResult:
    """No sentence of a benchmark has a near-duplicate in training. Warns only: the dataset is sound, a score on those sentences is not."""
    rows = workspace.open().tables.read("leakage", LeakageRow)
    found = [row for row in rows if row.side.startswith(BENCHMARK) and row.measure in NEAR and row.found]
    return dg.AssetCheckResult(
        passed=not found, severity=dg.AssetCheckSeverity.WARN, metadata={"found": dg.MetadataValue.md(leakage_table(found))}
    )


@dg.asset_check(asset="encoder_fit", blocking=True)
def encoder_reads_the_dataset(workspace: WorkspaceResource) -> dg.AssetCheckResult:
    """No language loses more entities to width and length, or has more unknown words, than the recipe allows. Blocks training."""
    ws = workspace.open()
    found = faults(ws.tables.read("encoder_fit", EncoderFit), ws.recipe.encoder_fit)
    return dg.AssetCheckResult(passed=not found, metadata={"faults": dg.MetadataValue.json(found)})


def leakage_table(rows: Sequence[LeakageRow]) -> str:
    """Rows of the proof as Markdown."""
    columns = ["side", "against", "measure", "threshold", "compared", "found", "share", "worst", "examples", "note"]
    return table(columns, [[_shown(getattr(row, name)) for name in columns] for row in rows]) if rows else "nothing"


def _shown(value: object) -> str:
    return "" if value is None else ", ".join(value) if isinstance(value, tuple) else str(value)


def _split_shares(ws: Workspace) -> RawMetadata:
    counts = Counter(row.split for row in ws.tables.read("dataset_examples", DatasetExample))
    return {f"{side}_share": round(counts[side] / max(1, sum(counts.values())), 4) for side in SIDES}


def _proof(ws: Workspace) -> RawMetadata:
    return {"proof": dg.MetadataValue.md(leakage_table(ws.tables.read("leakage", LeakageRow)))}


def _fit_table(ws: Workspace) -> RawMetadata:
    lines = [
        [
            row.encoder,
            row.language,
            row.texts,
            f"{row.tokens_per_word:.2f}",
            f"{row.unknown_share:.1%}",
            row.texts_cut,
            f"{row.lost_share:.1%}",
        ]
        for row in ws.tables.read("encoder_fit", EncoderFit)
    ]
    columns = ["base model", "language", "texts", "tokens a word", "unknown words", "texts cut", "entities lost"]
    return {"tokens_per_word": dg.MetadataValue.md(table(columns, lines))}


ASSETS = [
    partitioned(pipeline.NER_EXAMPLES, GROUP, {"parquet"}, deps=["entity_labels", "summaries", "verdicts"]),
    whole(pipeline.SPLIT, GROUP, {"parquet"}, deps=["ner_examples", *INPUTS], more=_split_shares),
    whole(pipeline.LEAKAGE, GROUP, {"parquet"}, deps=["dataset_examples", *INPUTS], more=_proof),
    whole(pipeline.ENCODER_FIT, GROUP, {"parquet"}, deps=["ner_examples", "entity_labels"], more=_fit_table),
    ner_dataset,
]
CHECKS = [counts_add_up, nothing_leaks, benchmarks_are_unseen, encoder_reads_the_dataset]
