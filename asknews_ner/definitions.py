"""Everything Dagster loads, on one page: the product read as a list."""

from collections.abc import Mapping

import dagster as dg

from asknews_ner.orchestration.alerts.sensors import build_alert_sensors
from asknews_ner.orchestration.assets import (
    acquire,
    annotate,
    clean,
    dataset,
    diversify,
    entity_types,
    low_resource,
    low_resource_study,
    model,
    reports,
    review,
    token_classifier,
)
from asknews_ner.orchestration.described import described
from asknews_ner.orchestration.freshness import freshness_policies, with_freshness
from asknews_ner.orchestration.jobs import JOBS
from asknews_ner.orchestration.resources import build_resources
from asknews_ner.orchestration.schedules import build_schedules
from asknews_ner.orchestration.sensors import SENSORS
from asknews_ner.orchestration.settings import Settings, from_environment

ASSETS = described(
    [
        *acquire.ASSETS,
        *clean.ASSETS,
        *annotate.ASSETS,
        *diversify.ASSETS,
        *review.ASSETS,
        *dataset.ASSETS,
        *entity_types.ASSETS,
        *model.ASSETS,
        *token_classifier.ASSETS,
        *low_resource.ASSETS,
        *low_resource_study.ASSETS,
        *reports.ASSETS,
    ]
)
CHECKS = [*diversify.CHECKS, *model.CHECKS]
"""Checks that are steps of their own. Those of a table are looked at by the step that makes it (`orchestration/checks.py`)."""


def build_definitions(settings: Settings, overrides: Mapping[str, object] | None = None) -> dg.Definitions:
    """The code location for given places; tests and the command line use it with their own."""
    return dg.Definitions(
        assets=with_freshness(ASSETS, settings.night),
        asset_checks=CHECKS,
        jobs=JOBS,
        sensors=[*SENSORS, *build_alert_sensors(settings.alerts, list(freshness_policies(settings.night)))],
        schedules=build_schedules(settings.night),
        resources={**build_resources(settings), **(overrides or {})},
        # Steps of a run share one process; runs share the queue; what is heavy is a program of its own.
        executor=dg.in_process_executor,
    )


defs = build_definitions(from_environment())
