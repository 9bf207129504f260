"""The table store: Parquet files in hive layout, one declared schema each, written whole, stamped with a fingerprint.

Layout: `<root>/<table>/country=SE/language=sv/part.parquet` for partitioned tables, `<root>/<table>/part.parquet` for the
others. The footer holds the fingerprint of everything the rows were made from, so that a file says itself whether it is
current. Two writings of the same rows give the same bytes (rows in the order given, fixed writer settings, no clocks).

With a mirror, the store is in S3 and `root` holds copies of what was read: readers see whole objects, and a writing counts when its object
is there."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from asknews_ner.storage.atomic import replacing
from asknews_ner.storage.footers import FINGERPRINT, body_digest, footer
from asknews_ner.storage.mirror import Mirror
from asknews_ner.storage.schema import from_arrow, schema_of, to_arrow

Record = TypeVar("Record")
_FILE = "part.parquet"


class Partition(NamedTuple):
    """A cell of the grid country by language."""

    country: str
    language: str


@dataclass(frozen=True)
class TableStore:
    """Reads and writes typed tables under one root folder. `mirror`: the object store that is the truth instead, if there is one."""

    root: Path
    mirror: Mirror | None = None

    def path(self, table: str, partition: Partition | None = None) -> Path:
        """Where a table (or one partition of it) lies on this disk."""
        return self.root / _name(table, partition)

    def address(self, table: str, partition: Partition | None = None) -> str:
        """Where people find it: a path, or an address in the object store."""
        name = _name(table, partition)
        return f"{self.mirror.objects.url}/{name}" if self.mirror else str(self.root / name)

    def file(self, table: str, partition: Partition | None = None) -> Path | None:
        """The file on this disk, fetched from the object store where it lies there; None if it was never written."""
        if self.mirror:
            return self.mirror.current(_name(table, partition))
        path = self.path(table, partition)
        return path if path.exists() else None

    def exists(self, table: str, partition: Partition | None = None) -> bool:
        """Whether it was ever written."""
        return self.file(table, partition) is not None

    def write(
        self, table: str, record: type[Record], rows: Iterable[Record], fingerprint: str, partition: Partition | None = None
    ) -> pa.Table:
        """Replace one file by these rows. Source of truth for all readers; never half-written.

        `fingerprint`: hash of the parameters and inputs that the rows were made from. Raises ObjectStoreError."""
        arrow = to_arrow(record, rows)
        stamped = arrow.replace_schema_metadata({FINGERPRINT: fingerprint.encode()})
        name = _name(table, partition)
        if self.mirror:
            self.mirror.changing(name)
        # Not flushed: thousands of small files would wait for the disk. After a power cut a broken file has no stamp and is made again.
        with replacing(self.root / name, flush=False) as temporary:
            pq.write_table(stamped, temporary, compression="zstd", version="2.6", store_schema=True)
        if self.mirror:
            self.mirror.publish(name)
        return arrow

    def read(self, table: str, record: type[Record], partition: Partition | None = None) -> list[Record]:
        """Rows of one file; no rows if it was never written (a partition nobody looked at)."""
        path = self.file(table, partition)
        if path is None:
            return []
        try:
            if not footer(path).rows:  # most cells: a tenth of the time of opening it
                return []
            return from_arrow(record, pq.ParquetFile(path).read())
        except (pa.ArrowInvalid, OSError) as error:
            where = self.address(table, partition)
            raise ValueError(f"{where} cannot be read ({error}); delete it and materialise {table} again") from error

    def read_all(self, table: str, record: type[Record]) -> list[Record]:
        """Rows of every partition of a table, in the order of country and language."""
        rows: list[Record] = []
        for partition in self.partitions(table):
            rows.extend(self.read(table, record, partition))
        return rows

    def partitions(self, table: str) -> list[Partition]:
        """Partitions of a table that were ever written, sorted. All of them are here afterwards, so that reading them waits for nothing."""
        if self.mirror:
            under = f"{table}/country="
            names = [name for name in self.mirror.names(under) if name.endswith(f"/{_FILE}")]
            self.mirror.fetch_all(names, under)
        else:
            names = [path.relative_to(self.root).as_posix() for path in (self.root / table).glob(f"country=*/language=*/{_FILE}")]
        parts = [name.removeprefix(f"{table}/").split("/") for name in names]
        return sorted(Partition(part[0].removeprefix("country="), part[1].removeprefix("language=")) for part in parts)

    def whole_tables(self, under: str) -> list[str]:
        """Names of the tables without partitions below a folder, sorted."""
        if self.mirror:
            names = self.mirror.names(f"{under}/")
        else:
            names = [path.relative_to(self.root).as_posix() for path in (self.root / under).rglob(_FILE)]
        return sorted(name.removesuffix(f"/{_FILE}") for name in names if name.endswith(f"/{_FILE}") and "/country=" not in name)

    def drop(self, table: str) -> bool:
        """Delete a table without partitions, here and in the object store; returns whether there was one. Raises ObjectStoreError."""
        name, was_there = _name(table, None), self.exists(table)
        if self.mirror:
            self.mirror.drop(name)
        (self.root / name).unlink(missing_ok=True)
        return was_there

    def fingerprint(self, table: str, partition: Partition | None = None) -> str | None:
        """The stamp of a file, None if there is no file (or an unreadable one: it must be made again)."""
        path = self.file(table, partition)
        if path is None:
            return None
        try:
            return footer(path).stamp
        except (pa.ArrowInvalid, OSError):
            return None

    def row_count(self, table: str, partition: Partition | None = None) -> int:
        """Number of rows of one file, read from its footer; 0 if there is none."""
        path = self.file(table, partition)
        return footer(path).rows if path else 0

    def schema(self, table: str, partition: Partition | None = None) -> pa.Schema | None:
        """The columns that a file has, as it says itself; None if it was never written. Reads its footer alone."""
        path = self.file(table, partition)
        return pq.read_schema(path) if path else None

    def column(self, table: str, name: str, partition: Partition | None = None) -> pa.ChunkedArray:
        """One column of one file, without reading the others; empty if it was never written."""
        path = self.file(table, partition)
        return pq.ParquetFile(path).read([name])[name] if path else pa.chunked_array([], pa.null())

    def digest(self, table: str, partitions: Sequence[Partition] | None = None) -> str:
        """SHA-256 over the rows' bytes of a table (all its partitions, or those given), without the stamps.

        Inputs are compared by content: an upstream stage that ran again and gave the same rows changes nothing downstream."""
        whole = hashlib.sha256()
        if partitions is None:
            cells: list[Partition | None] = [None] if self.exists(table) else list(self.partitions(table))
        else:
            cells = list(partitions)
        for cell in cells:
            path = self.file(table, cell)
            if path and self.row_count(table, cell):
                whole.update(str(cell).encode())
                whole.update(body_digest(path))
        return whole.hexdigest()


def _name(table: str, partition: Partition | None) -> str:
    return f"{table}/{_FILE}" if partition is None else f"{table}/country={partition.country}/language={partition.language}/{_FILE}"


def reject_table(stage: str) -> str:
    """Name of the table that holds a stage's rejected rows, beside the stage's own."""
    return f"rejects/{stage}"


def flag_table(stage: str) -> str:
    """Name of the table that holds what is to be looked at in a stage's rows."""
    return f"flags/{stage}"


def spend_table(stage: str) -> str:
    """Name of the table that says what a stage's replies cost."""
    return f"spend/{stage}"


def column_docs(record: type) -> list[tuple[str, str, str]]:
    """(name, Arrow type, description) of a record's columns, for documentation."""
    return [(field.name, str(field.type), (field.metadata or {}).get(b"doc", b"").decode()) for field in schema_of(record)]
