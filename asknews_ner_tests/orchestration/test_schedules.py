"""The schedule of the night, by its settings."""

import datetime as dt

import dagster as dg
import pytest

from asknews_ner.orchestration.schedules import build_schedules
from asknews_ner.orchestration.settings import NightSettings, SettingError, from_environment


def test_a_night_goes_as_far_as_the_models_once_a_week():
    (nightly,) = build_schedules(NightSettings(hour=23, minute=30, zone="Asia/Tokyo", training_day="monday"))
    assert (nightly.cron_schedule, nightly.execution_timezone) == ("30 23 * * *", "Asia/Tokyo")
    for day, until in ((8, "dataset"), (9, "models"), (10, "dataset")):  # the 9th is a Monday
        when = dt.datetime(2026, 3, day, 14, 30, tzinfo=dt.UTC)
        request = nightly(dg.build_schedule_context(scheduled_execution_time=when))
        assert (request.run_key, request.tags["ner/until"]) == (f"night 2026-03-{day:02}", until)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [("NIGHT", "25:00", "time of day such as 02:00"), ("TIME_ZONE", "Oslo", "Europe/Oslo"), ("TRAINING_DAY", "someday", "`every day`")],
)
def test_wrong_settings_of_the_night(name, value, message):
    with pytest.raises(SettingError, match=f"ASKNEWS_NER_{name} is '{value}'.*{message}"):
        from_environment({f"ASKNEWS_NER_{name}": value})
