"""What the publisher registry knows of real news: coverage, and agreement with the country and language that the data states.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/publishers_of_news.py        about two minutes

Rows of `data/news` with an address. (a) Share of rows whose publisher is known, by source, and how often its country and languages
are the data's own. (b) The same rows through `arrive` with country and language withheld: what is filled with and without the
registry, and how much of it is right; whole texts, and texts cut to 50 characters, which are too short to identify. Rows whose own
language is not among the recipe's twelve are left out of (b). The data's own columns are not all right either: every disagreement is
listed by host, to be looked at."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from asknews_ner.acquire.arrivals import arrive
from asknews_ner.acquire.deny import DenyList
from asknews_ner.acquire.files import RawRow
from asknews_ner.acquire.language import packaged_identifier
from asknews_ner.acquire.publishers.files import shipped_registry
from asknews_ner.acquire.publishers.hosts import host_of
from asknews_ner.acquire.publishers.registry import Registry
from asknews_ner.recipe import load_recipe
from asknews_ner.records import UNKNOWN_COUNTRY

SHORT = 50
"""Characters: below the recipe's `identify_min_characters`."""


@dataclass
class Counts:
    rows: int = 0
    known: int = 0
    country_stated: int = 0
    country_seat: int = 0
    country_any: int = 0
    language_only: int = 0
    language_any: int = 0


def rows_with_address(folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.glob("articles_*.parquet")):
        for row in pq.read_table(file).to_pylist():
            if row["source_url"] and host_of(row["source_url"]):
                yield row


def coverage(rows: list[dict[str, Any]], registry: Registry) -> None:
    by_source: dict[str, Counts] = defaultdict(Counts)
    wrong: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for row in rows:
        publisher = registry.find(row["source_url"])
        host = host_of(row["source_url"]) or ""
        for counts in (by_source[row["source_dataset"]], by_source["ALL"]):
            counts.rows += 1
            if publisher is None:
                continue
            countries = (publisher.country, *publisher.other_countries)
            counts.known += 1
            counts.country_stated += row["country"] is not None
            counts.country_seat += row["country"] == publisher.country
            counts.country_any += row["country"] in countries
            counts.language_only += publisher.languages == (row["language"],)
            counts.language_any += row["language"] in publisher.languages
        if publisher is None:
            unknown[host] += 1
        elif row["country"] and row["country"] not in countries:
            wrong[f"{host}: data {row['country']}, registry {','.join(countries)}"] += 1
        elif row["language"] not in publisher.languages:
            wrong[f"{host}: data {row['language']}, registry {','.join(publisher.languages)}"] += 1
    print(f"{'source':<28} {'rows':>6} {'known':>7} {'country = seat':>15} {'or other':>9} {'language, only':>15} {'one of':>7}")
    for source, c in sorted(by_source.items(), key=lambda item: (item[0] == "ALL", item[0])):
        stated, known = max(c.country_stated, 1), max(c.known, 1)
        print(
            f"{source:<28} {c.rows:>6} {c.known / c.rows:>7.1%} {c.country_seat / stated:>15.2%} {c.country_any / stated:>9.2%} "
            f"{c.language_only / known:>15.1%} {c.language_any / known:>7.2%}"
        )
    print("\ndisagreements (rows, host):")
    for text, count in wrong.most_common():
        print(f"{count:>6}  {text}")
    print("\nmost frequent hosts that are unknown:", ", ".join(f"{host} {count}" for host, count in unknown.most_common(25)))


def _bare(row: dict[str, Any], cut: int | None) -> dict[str, Any]:
    """The row without country and language."""
    return {"id": row["article_id"], "url": row["source_url"], "text": (row["text"] or "")[:cut], "date": row["published_at"]}


def withheld(rows: list[dict[str, Any]], registry: Registry) -> None:
    params = load_recipe("laptop").acquire
    rows = [row for row in rows if row["language"] in params.languages]
    print(f"\n{'country and language withheld':<34} {'rows':>6} {'kept':>7} {'country given':>14} {'right':>8} {'language right':>15}")
    for what, cut in (("whole texts", None), (f"first {SHORT} characters", SHORT)):
        for name, known in (("without registry", Registry()), ("with registry", registry)):
            raw = [RawRow(str(n), _bare(row, cut)) for n, row in enumerate(rows)]
            kept = arrive(raw, params, packaged_identifier(), DenyList(), publishers=known).outcome.kept
            pairs = [(article, rows[int(article.source)]) for article in kept]
            given = [(article, row) for article, row in pairs if article.country != UNKNOWN_COUNTRY and row["country"]]
            stated = sum(row["country"] is not None for _, row in pairs)
            right = sum(article.country == row["country"] for article, row in given)
            languages = sum(article.language == row["language"] for article, row in pairs)
            print(
                f"{what + ', ' + name:<34} {len(rows):>6} {len(kept) / len(rows):>7.1%} {len(given) / max(stated, 1):>14.1%} "
                f"{right / max(len(given), 1):>8.2%} {languages / max(len(pairs), 1):>15.2%}"
            )


def main() -> None:
    rows = list(rows_with_address(Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "news"))
    coverage(rows, shipped_registry())
    withheld(rows, shipped_registry())


if __name__ == "__main__":
    main()
