"""Dagster and nothing else: assets, checks, partitions, resources, sensors, schedules, and the run of all of them in order."""
