"""Parquet shards in the layout that `datasets.load_dataset` opens without a script."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from asknews_ner.storage.schema import to_arrow


def write_table(path: Path, record: type, rows: Sequence[Any]) -> None:
    """One file of a record's declared columns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(to_arrow(record, rows), path, compression="zstd", version="2.6", store_schema=True)


def write_shards(folder: Path, split: str, record: type, rows: Sequence[Any], shard_rows: int) -> None:
    """`<split>-00000-of-00002.parquet` and so on, each of at most `shard_rows` rows; one empty shard for an empty split."""
    count = max(1, -(-len(rows) // shard_rows))
    for number in range(count):
        inside = rows[number * shard_rows : (number + 1) * shard_rows]
        write_table(folder / f"{split}-{number:05d}-of-{count:05d}.parquet", record, inside)
