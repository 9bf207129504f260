"""Dataset: examples by cell, splits and release over all."""

from collections import Counter

import dagster as dg

from asknews_ner.dataset.encoder_fit import faults
from asknews_ner.dataset.leakage import measure
from asknews_ner.factory import outputs, pipeline
from asknews_ner.factory.ledger import read_ledger
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.build import OWNERS, after, partitioned, whole
from asknews_ner.orchestration.metadata import RawMetadata, bar_chart
from asknews_ner.orchestration.resources import WorkspaceResource
from asknews_ner.records import DatasetExample, EncoderFit

GROUP = "3_dataset"


@dg.asset(group_name=GROUP, kinds={"parquet", "huggingface"}, owners=OWNERS, deps=after("dataset_examples"))
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


@dg.asset_check(asset="dataset_examples", blocking=True)
def nothing_leaks(workspace: WorkspaceResource) -> dg.AssetCheckResult:
    """No topic and no article stands in two splits. Blocks the release."""
    found = measure(workspace.open().tables.read("dataset_examples", DatasetExample))
    table = {
        row.split: {
            "shared_topics": row.shared_topics,
            "shared_articles": row.shared_articles,
            "texts_with_shared_words": row.texts_with_shared_words,
        }
        for row in found
    }
    return dg.AssetCheckResult(
        passed=all(row.shared_topics == 0 and row.shared_articles == 0 for row in found), metadata={"splits": dg.MetadataValue.json(table)}
    )


@dg.asset_check(asset="encoder_fit", blocking=True)
def encoder_reads_the_dataset(workspace: WorkspaceResource) -> dg.AssetCheckResult:
    """No language loses more entities to width and length, or has more unknown words, than the recipe allows. Blocks training."""
    ws = workspace.open()
    found = faults(ws.tables.read("encoder_fit", EncoderFit), ws.recipe.encoder_fit)
    return dg.AssetCheckResult(passed=not found, metadata={"faults": dg.MetadataValue.json(found)})


def _fit_table(ws: Workspace) -> RawMetadata:
    lines = [
        "| language | texts | tokens a word | unknown words | texts cut | entities lost |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {row.language} | {row.texts} | {row.tokens_per_word:.2f} | {row.unknown_share:.1%} | {row.texts_cut} | {row.lost_share:.1%} |"
        for row in ws.tables.read("encoder_fit", EncoderFit)
    ]
    return {"tokens_per_word": dg.MetadataValue.md("\n".join(lines))}


ASSETS = [
    partitioned(pipeline.NER_EXAMPLES, GROUP, {"parquet"}, deps=["entity_labels", "summaries", "verdicts"]),
    whole(pipeline.SPLIT, GROUP, {"parquet"}, deps=["ner_examples", "sample", "topics"]),
    whole(pipeline.ENCODER_FIT, GROUP, {"parquet"}, deps=["ner_examples", "entity_labels"], more=_fit_table),
    ner_dataset,
]
CHECKS = [counts_add_up, nothing_leaks, encoder_reads_the_dataset]
