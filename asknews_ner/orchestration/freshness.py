"""By when assets must be made anew. Dagster's daemon compares; the deadlines follow from the settings of the night."""

import datetime as dt
from collections.abc import Sequence

import dagster as dg

from asknews_ner.orchestration.settings import NightSettings

_LOOKED_WITHIN = dt.timedelta(hours=1)
"""From the night's start until its first run has looked for articles; it waits in the queue, and reads files."""

_QUIET_NIGHTS, _DEAD_NIGHTS = 2, 7
"""Nights without a single new example: a weekend of few sources is quiet; after a week something is broken."""


def freshness_policies(night: NightSettings) -> dict[str, dg.FreshnessPolicy]:
    """By asset. `arrivals` are looked for every night, whether or not there are any. The dataset and models are made only when something
    changed, so that these are given some nights; models only where the night trains any."""
    deadline = dt.datetime.combine(dt.date.min, dt.time(night.hour, night.minute)) + _LOOKED_WITHIN
    policies: dict[str, dg.FreshnessPolicy] = {
        "arrivals": dg.FreshnessPolicy.cron(
            deadline_cron=f"{deadline.minute} {deadline.hour} * * *", lower_bound_delta=_LOOKED_WITHIN, timezone=night.zone
        ),
        "ner_dataset": _after_nights(_QUIET_NIGHTS, _DEAD_NIGHTS),
    }
    if night.training_day != "never":
        trainings = 1 if night.training_day == "every day" else 7
        policy = _after_nights(trainings + _QUIET_NIGHTS, 2 * trainings + _DEAD_NIGHTS)
        policies |= {"gliner_model": policy, "benchmark_scores": policy}
    return policies


def _after_nights(warn: int, fail: int) -> dg.FreshnessPolicy:
    """A day more than the nights: a night that is long is not late."""
    return dg.FreshnessPolicy.time_window(fail_window=dt.timedelta(days=fail + 1), warn_window=dt.timedelta(days=warn + 1))


def with_freshness(assets: Sequence[dg.AssetsDefinition], night: NightSettings) -> list[dg.AssetsDefinition]:
    """The same assets, with the policies of those that have one."""
    policies = freshness_policies(night)

    def applied(spec: dg.AssetSpec) -> dg.AssetSpec:
        policy = policies.get(spec.key.to_user_string())
        return spec if policy is None else dg.apply_freshness_policy(spec, policy)

    return [
        next(iter(dg.map_asset_specs(applied, [one]))) if {key.to_user_string() for key in one.keys} & policies.keys() else one
        for one in assets
    ]
