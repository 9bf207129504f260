"""What stands on disk after a story: digests of every table and of the dataset, and rows that stand twice."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pyarrow.parquet as pq

_WITH_CLOCKS = ("tables/spend/", "tables/llm_costs/")
"""Tables of what replies took, in seconds as well: two runs never agree on them."""


def digests(workspace: Path) -> dict[str, str]:
    """SHA-256 of each file of the tables and of the dataset, by its path in the workspace."""
    files = [*(workspace / "tables").rglob("*.parquet"), *(file for file in (workspace / "dataset").rglob("*") if file.is_file())]
    kept = [file for file in files if not any(mark in str(file.relative_to(workspace)) for mark in _WITH_CLOCKS)]
    return {file.relative_to(workspace).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(kept)}


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Files that are not the same in both, or stand in one alone."""
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def cells_of_others(digest: Mapping[str, str], country: str) -> dict[str, str]:
    """Of the tables by country and language, the files of all countries but this one."""
    return {name: value for name, value in digest.items() if "/country=" in name and f"/country={country}/" not in name}


def rows_twice(workspace: Path) -> list[str]:
    """Tables in which an article stands twice. Tables that say several things of an article (flags, lost entities) are left out."""
    once = ("arrivals", "articles", "clean_articles", "summaries", "summary_vectors", "topic_members", "sample", "entity_labels",
            "ner_examples", "dataset_examples")  # fmt: skip
    found = []
    for table in once:
        ids: Counter[str] = Counter()
        for file in (workspace / "tables" / table).rglob("*.parquet"):
            ids.update(pq.ParquetFile(file).read(columns=["article_id"])["article_id"].to_pylist())
        found += [f"{table}: {article} {count} times" for article, count in ids.items() if count > 1]
    return found
