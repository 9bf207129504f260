"""The night: every country that has articles, one run each; the global assets after them."""

import dagster as dg

from asknews_ner.factory.pipeline import ARRIVALS
from asknews_ner.orchestration.partitions import country_tags
from asknews_ner.orchestration.resources import WorkspaceResource

_BY_CELL = dg.AssetSelection.assets("articles", "clean_articles", "summaries", "summary_vectors", "entity_labels", "ner_examples")
_GLOBAL = dg.AssetSelection.assets(
    "duplicates", "story_copies", "topics", "vector_index", "sample", "distribution", "topic_map", "llm_costs", "label_agreement",
    "proposed_types", "verdicts", "review_queue", "review_agreement", "annotator_scores", "encoder_fit",
    "dataset_examples", "type_counts", "leakage", "ner_dataset",
    "base_model", "gliner_model", "control_model", "benchmark_scores", "distribution_report",
)  # fmt: skip


@dg.schedule(cron_schedule="0 2 * * *", target=_BY_CELL, execution_timezone="UTC")
def nightly_countries(context: dg.ScheduleEvaluationContext, workspace: WorkspaceResource) -> list[dg.RunRequest]:
    """At 02:00 UTC one run for every country with articles. Rows that are up to date cost nothing."""
    ws = workspace.open()
    night = context.scheduled_execution_time.date().isoformat()
    countries = sorted({cell.country for cell in ws.tables.partitions(ARRIVALS.name)})
    return [dg.RunRequest(run_key=f"{country}:{night}", tags=country_tags(country)) for country in countries]


@dg.schedule(cron_schedule="0 4 * * *", target=_GLOBAL, execution_timezone="UTC")
def nightly_dataset(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """At 04:00 UTC the decisions over all articles, the dataset, the models, the scores and the report."""
    return dg.RunRequest(run_key=context.scheduled_execution_time.date().isoformat())


SCHEDULES = [nightly_countries, nightly_dataset]
