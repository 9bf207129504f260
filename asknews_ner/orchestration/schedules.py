"""The night: every country that has articles, one run each; the global assets after them; then the models, by size."""

import dagster as dg

from asknews_ner.factory.pipeline import ARRIVALS
from asknews_ner.orchestration.partitions import country_tags
from asknews_ner.orchestration.resources import WorkspaceResource

_BY_CELL = dg.AssetSelection.assets("articles", "clean_articles", "summaries", "summary_vectors", "entity_labels", "ner_examples")
_GLOBAL = dg.AssetSelection.assets(
    "duplicates", "story_copies", "topics", "vector_index", "sample", "distribution", "topic_map", "llm_costs", "label_agreement",
    "proposed_types", "verdicts", "review_queue", "review_agreement", "annotator_scores", "encoder_fit",
    "dataset_examples", "type_counts", "leakage", "ner_dataset",
    "distribution_report",
)  # fmt: skip
_BY_SIZE = dg.AssetSelection.assets("base_model", "gliner_model", "control_model", "benchmark_scores", "model_card")


@dg.schedule(cron_schedule="0 2 * * *", target=_BY_CELL, execution_timezone="UTC")
def nightly_countries(context: dg.ScheduleEvaluationContext, workspace: WorkspaceResource) -> list[dg.RunRequest]:
    """At 02:00 UTC one run for every country with articles. Rows that are up to date cost nothing."""
    ws = workspace.open()
    night = context.scheduled_execution_time.date().isoformat()
    countries = sorted({cell.country for cell in ws.tables.partitions(ARRIVALS.name)})
    return [dg.RunRequest(run_key=f"{country}:{night}", tags=country_tags(country)) for country in countries]


@dg.schedule(cron_schedule="0 4 * * *", target=_GLOBAL, execution_timezone="UTC")
def nightly_dataset(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """At 04:00 UTC the decisions over all articles, the dataset and the report."""
    return dg.RunRequest(run_key=context.scheduled_execution_time.date().isoformat())


@dg.schedule(cron_schedule="0 6 * * *", target=_BY_SIZE, execution_timezone="UTC")
def nightly_models(context: dg.ScheduleEvaluationContext, workspace: WorkspaceResource) -> list[dg.RunRequest]:
    """At 06:00 UTC a run for each size of the recipe: base, tuned and control model, scores, card. The pool `gpu` lets one train at a time;
    what is current is not trained again."""
    night = context.scheduled_execution_time.date().isoformat()
    return [dg.RunRequest(run_key=f"{size}:{night}", partition_key=size) for size in workspace.open().recipe.sizes]


SCHEDULES = [nightly_countries, nightly_dataset, nightly_models]
