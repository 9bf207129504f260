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
    text = resources.files("asknews_ner.diversify.spread.reference").joinpath("population.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {row["country"]: float(row[of]) for row in rows if row[of]}
