"""Dagster and nothing else: assets, checks, partitions, resources, sensors, schedules, and the run of all of them in order."""

import warnings

import dagster as dg

# Dagster is pinned to one version, so that a newer one cannot surprise anybody; its notices of what may change would stand before every
# command, one for each asset.
for _notice in (dg.BetaWarning, dg.PreviewWarning):
    warnings.filterwarnings("ignore", category=_notice)
