"""Dataset: examples by cell, splits and release over all."""

import datetime as dt
from collections import Counter

import dagster as dg

from asknews_ner.dataset.release.errors import ReleaseError
from asknews_ner.dataset.splits.sides import SIDES
from asknews_ner.factory import outputs, pipeline
from asknews_ner.factory.checks import leaks
from asknews_ner.factory.publish import publish
from asknews_ner.factory.releases import LINEAGE_STAGES, WHOLE_STAGES, released_cells
from asknews_ner.factory.sides import INPUTS
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.build import OWNERS, after, partitioned, whole
from asknews_ner.orchestration.cell_runs import cell_runs
from asknews_ner.orchestration.metadata import RawMetadata, bar_chart, column_schema, table
from asknews_ner.orchestration.resources import WorkspaceResource
from asknews_ner.records import DatasetExample, EncoderFit, LeakageRow, ReleasedExample

GROUP = "5_dataset"
RELEASE_GROUP = "7_release"


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


@dg.asset(group_name=RELEASE_GROUP, kinds={"huggingface"}, owners=OWNERS, deps=after("ner_dataset", "benchmark_scores"))
def dataset_release(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """The dataset frozen under a version, and pushed where ASKNEWS_NER_PUBLISH names a repository. Refused while a blocking check fails;
    the same content is released once. Global because a release is one thing."""
    from huggingface_hub import HfApi

    ws = workspace.open()
    runs = cell_runs(context.instance, LINEAGE_STAGES, released_cells(ws), WHOLE_STAGES)
    try:
        done = publish(ws, list(runs), dt.datetime.now(dt.UTC), HfApi())
    except ReleaseError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    return dg.MaterializeResult(
        metadata={
            "version": done.place.name,
            "new": done.is_new,
            "path": dg.MetadataValue.path(str(done.place)),
            **({"commit": dg.MetadataValue.url(done.commit)} if done.commit else {}),
        },
        data_version=dg.DataVersion(done.place.name),
    )


def _split_shares(ws: Workspace) -> RawMetadata:
    counts = Counter(row.split for row in ws.tables.read("dataset_examples", DatasetExample))
    return {f"{side}_share": round(counts[side] / max(1, sum(counts.values())), 4) for side in SIDES}


def _proof(ws: Workspace) -> RawMetadata:
    rows = ws.tables.read("leakage", LeakageRow)
    return {"proof": dg.MetadataValue.md(table(leaks.COLUMNS, leaks.shown(rows)) if rows else "nothing")}


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
    dataset_release,
]
