"""The seed-based study (Kamath and Vajjala 2025): sentences generated for a language with few labels."""

from pathlib import Path

import dagster as dg

from asknews_ner.factory.low_resource_audit import NAME as AUDIT
from asknews_ner.factory.low_resource_audit import refresh_audit
from asknews_ner.factory.low_resource_stage import NAME, cell_of_language, refresh_language
from asknews_ner.low_resource.audit import LabelErrors
from asknews_ner.low_resource.records import GeneratedSentence
from asknews_ner.orchestration.build import OWNERS, after
from asknews_ner.orchestration.checks import check_results, check_specs
from asknews_ner.orchestration.low_resource_figures import audit_figures, generation_figures
from asknews_ner.orchestration.metadata import column_schema
from asknews_ner.orchestration.resources import WorkspaceResource
from asknews_ner.orchestration.settings import from_environment
from asknews_ner.orchestration.target_languages import TARGET_LANGUAGE

GROUP = "8_low_resource"


def _human_data() -> Path:
    return Path(from_environment().human_data or "human_data")


@dg.asset(
    name=NAME,
    group_name=GROUP,
    kinds={"vllm", "parquet"},
    owners=OWNERS,
    deps=after("clean_articles", "duplicates", "topics"),
    partitions_def=TARGET_LANGUAGE,
    pool="llm",
    metadata={"dagster/column_schema": column_schema(GeneratedSentence)},
    check_specs=check_specs(NAME),
)
def generated_sentences(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Sentences that an LLM writes after ten human examples, parsed and filtered. Needs an LLM and ASKNEWS_NER_HUMAN_DATA; where the
    pipeline has news in the language or from its countries, the calls are grounded in it."""
    ws, language = workspace.open(), context.partition_key
    done = refresh_language(ws, _human_data(), language, context.log.info)
    return dg.MaterializeResult(
        metadata=generation_figures(ws, language, done),
        data_version=dg.DataVersion(done.fingerprint),
        check_results=check_results(ws, NAME, [cell_of_language(language)]),
    )


@dg.asset(
    name=AUDIT,
    group_name=GROUP,
    kinds={"labelstudio", "parquet"},
    owners=OWNERS,
    deps=[generated_sentences],
    partitions_def=TARGET_LANGUAGE,
    metadata={"dagster/column_schema": column_schema(LabelErrors)},
)
def generation_audit(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """How far the labels of the generated sentences can be trusted: signs that need no reader, beside those of the human data; and, once
    people have looked at a drawn sample in Label Studio, its rate of errors."""
    done = refresh_audit(workspace.open(), _human_data(), context.partition_key)
    return dg.MaterializeResult(metadata=audit_figures(done))


ASSETS = [generated_sentences, generation_audit]
