"""Reference distributions over countries: people, and people who use the internet. Where they come from stands in population.csv."""

import csv
from functools import cache
from importlib import resources
from typing import Literal

Reference = Literal["population", "internet_users"]


@cache
def people(of: Reference) -> dict[str, float]:
    """Country (ISO 3166-1 alpha-2) → people (`population`) or internet users (`internet_users`).

    Countries without a figure are left out. Callers must not change the dictionary: it is shared."""
    return {row["country"]: float(row[of]) for row in _rows() if row[of]}


@cache
def years(of: Reference) -> dict[str, int]:
    """Country → the year that its figure is of. Shared, as `people` is."""
    column = {"population": "population_year", "internet_users": "internet_year"}[of]
    return {row["country"]: int(row[column]) for row in _rows() if row[of]}


def _rows() -> list[dict[str, str]]:
    text = resources.files("asknews_ner.diversify.spread.reference").joinpath("population.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
