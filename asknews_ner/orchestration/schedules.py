"""The night: one refresh, from new files to the dataset, and on one night of the week to the models."""

from zoneinfo import ZoneInfo

import dagster as dg

from asknews_ner.orchestration.refresh import Refresh
from asknews_ner.orchestration.settings import WEEKDAYS, NightSettings


def build_schedules(night: NightSettings) -> list[dg.ScheduleDefinition]:
    """The schedules, at the settings' hour and in their time zone."""
    zone = ZoneInfo(night.zone)

    words = (
        "Every night: what is new, the countries it touches, the topics of the windows it changes, the sample, the labels that are "
        "missing, and the dataset if its checks pass; once a week the models and their scores, too. What changed is then released, if all "
        "blocking checks pass. The sensor `refresh_goes_on` must be on. A night in which nothing came in costs one short run."
    )

    @dg.schedule(
        name="nightly_refresh",
        cron_schedule=f"{night.minute} {night.hour} * * *",
        execution_timezone=night.zone,
        target=dg.AssetSelection.assets("arrivals"),
        description=words,
    )
    def nightly_refresh(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        at = context.scheduled_execution_time.astimezone(zone)
        trains = night.training_day in ("every day", WEEKDAYS[at.weekday()])
        return Refresh(f"night {at.date().isoformat()}", "models" if trains else "dataset", night.publish != "never").start()

    return [nightly_refresh]
