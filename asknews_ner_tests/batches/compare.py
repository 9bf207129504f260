"""Two folders of tables: which files are not the same, byte for byte, and how far vectors are apart."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq


def different(one: Path, other: Path) -> list[str]:
    """Files that only one has, or that differ, of the tables that the second has."""
    tables = [path for path in other.iterdir() if path.is_dir()]
    files = {
        path.relative_to(root).as_posix() for root in (one, other) for table in tables for path in (root / table.name).rglob("*.parquet")
    }
    assert len(tables) > 5, f"{other} holds no tables"
    return sorted(name for name in files if not _same(one / name, other / name))


def _same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.read_bytes() == other.read_bytes()


def largest_difference(one: Path, other: Path) -> float:
    """Of any number of any vector."""
    found = 0.0
    files = sorted((one / "summary_vectors").rglob("*.parquet"))
    assert files
    for path in files:
        ours, theirs = (pq.read_table(root / path.relative_to(one), columns=["article_id", "vector"]) for root in (one, other))
        assert ours["article_id"].equals(theirs["article_id"])
        if ours.num_rows:
            left, right = (np.array(table["vector"].to_pylist(), dtype=np.float64) for table in (ours, theirs))
            found = max(found, float(np.abs(left - right).max()))
    return found


_FOLDERS = ("dataset", "models", "scores", "report")


def has_clocks(name: str) -> bool:
    """Whether a file tells when and how fast it was made; a model's card does."""
    is_card = name.startswith("models/") and name.endswith(("README.md", "card.FINGERPRINT"))
    return is_card or "/provenance/" in name or name.endswith(("/run.json", "/training.json", "/curve.jsonl"))


def different_outputs(one: Path, other: Path) -> list[str]:
    """Files of dataset, models, scores and report that only one workspace has, or that differ; those that hold clocks left out."""
    files = {
        path.relative_to(root).as_posix()
        for root in (one, other)
        for folder in _FOLDERS
        for path in (root / folder).rglob("*")
        if path.is_file() and not has_clocks(path.relative_to(root).as_posix())
    }
    assert {name.split("/")[0] for name in files} == set(_FOLDERS)
    return sorted(name for name in files if not _same(one / name, other / name))
