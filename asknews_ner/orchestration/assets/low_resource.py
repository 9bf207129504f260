"""The seed-based study (Kamath and Vajjala 2025): sentences generated for a language with few labels."""

from pathlib import Path

import dagster as dg

from asknews_ner.factory.low_resource_stage import refresh_language, table_of
from asknews_ner.low_resource.records import GeneratedSentence
from asknews_ner.orchestration.build import OWNERS
from asknews_ner.orchestration.metadata import column_schema, preview
from asknews_ner.orchestration.resources import WorkspaceResource
from asknews_ner.orchestration.settings import from_environment
from asknews_ner.orchestration.target_languages import TARGET_LANGUAGE


@dg.asset(
    group_name="8_low_resource",
    kinds={"vllm", "parquet"},
    owners=OWNERS,
    partitions_def=TARGET_LANGUAGE,
    pool="llm",
    metadata={"dagster/column_schema": column_schema(GeneratedSentence)},
)
def generated_sentences(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Sentences that an LLM writes after ten human examples, parsed and filtered. Needs an LLM and ASKNEWS_NER_HUMAN_DATA."""
    ws = workspace.open()
    done = refresh_language(ws, Path(from_environment().human_data or "human_data"), context.partition_key, context.log.info)
    rows = ws.tables.read(table_of(context.partition_key), GeneratedSentence)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": done.kept,
            "rejected": done.rejected,
            "from_memo": done.from_memo,
            "computed": done.computed,
            "preview": dg.MetadataValue.md(preview(rows[:5])),
        },
        data_version=dg.DataVersion(done.fingerprint),
    )


ASSETS = [generated_sentences]
