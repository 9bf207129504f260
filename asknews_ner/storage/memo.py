"""The memo: dear results stored under a hash of everything that shaped them, in one SQLite file or in a PostgreSQL database.

What was committed is never computed again, whatever is killed afterwards (one commit a batch). Rows are only ever added; a key that is
there keeps its first value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from asknews_ner.storage.databases import BATCH, engine_of, insert_new, write_anew


class _Tables(NamedTuple):
    """The values, and which articles they were made of, by `source_mark`: a takedown must find them."""

    metadata: sa.MetaData
    memo: sa.Table
    sources: sa.Table


def _tables(links: str) -> _Tables:
    """`links`: name of the table of sources."""
    metadata = sa.MetaData()
    values = sa.Table(
        "memo",
        metadata,
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    sources = sa.Table(
        links,
        metadata,
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True, index=True),
        sqlite_with_rowid=False,
    )
    return _Tables(metadata, values, sources)


_IN_A_FILE = _tables("sources")
_IN_A_DATABASE = _tables("memo_sources")  # the replies have their `sources` there


@dataclass(frozen=True)
class Memo:
    """Key-value store of results. `kind` says what a value is (an encoder), for counting and for cleaning up.

    `place`: a file, which is made with the first value; or the SQLAlchemy address of a database that several machines share, because
    two of them must not write one SQLite file."""

    place: Path | str = field(repr=False)  # an address may hold a password

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        """The values that are there, by key."""
        found: dict[str, bytes] = {}
        if not keys or self._is_empty:
            return found
        memo = self._tables.memo.c
        with self._engine.connect() as connection:
            for start in range(0, len(keys), BATCH):
                chosen = sa.select(memo.key, memo.value).where(memo.key.in_(keys[start : start + BATCH]))
                found.update((row.key, bytes(row.value)) for row in connection.execute(chosen))
        return found

    def known(self, keys: Sequence[str]) -> set[str]:
        """Which of these keys have a value."""
        found: set[str] = set()
        if not keys or self._is_empty:
            return found
        memo = self._tables.memo.c
        with self._engine.connect() as connection:
            for start in range(0, len(keys), BATCH):
                found.update(connection.execute(sa.select(memo.key).where(memo.key.in_(keys[start : start + BATCH]))).scalars())
        return found

    def put_many(self, kind: str, values: Mapping[str, bytes], sources: Iterable[tuple[str, str]] = ()) -> None:
        """Store values in one transaction; on return they survive a killed process.

        `sources`: (mark of an article, key) for values that were made of articles, also where the value is there already."""
        # In one order, so that two machines that store the same at once do not wait for each other.
        links = [{"source": source, "key": key} for source, key in sorted(set(sources))]
        rows = [{"key": key, "kind": kind, "value": value} for key, value in sorted(values.items())]
        if not rows and not links:
            return
        if isinstance(self.place, Path):
            self.place.parent.mkdir(parents=True, exist_ok=True)
        tables = self._tables
        with self._engine.begin() as connection:
            for start in range(0, len(rows), BATCH):
                connection.execute(insert_new(connection.dialect.name, tables.memo), rows[start : start + BATCH])
            for start in range(0, len(links), BATCH):
                connection.execute(insert_new(connection.dialect.name, tables.sources), links[start : start + BATCH])

    def knows(self, sources: Sequence[str]) -> bool:
        """Whether any value was made of any of these articles."""
        if self._is_empty:
            return False
        link = self._tables.sources.c
        with self._engine.connect() as connection:
            return any(
                connection.execute(sa.select(link.key).where(link.source.in_(sources[start : start + BATCH])).limit(1)).first()
                for start in range(0, len(sources), BATCH)
            )

    def forget(self, sources: Sequence[str]) -> int:
        """Delete the values that were made of any of these articles; returns how many. SQLite's file is written anew: no byte stays;
        PostgreSQL writes over it after its next VACUUM."""
        if not sources or self._is_empty:
            return 0
        tables = self._tables
        link, keys, count = tables.sources.c, set[str](), 0
        with self._engine.begin() as connection:
            for start in range(0, len(sources), BATCH):
                keys.update(connection.execute(sa.select(link.key).where(link.source.in_(sources[start : start + BATCH]))).scalars())
            ordered = sorted(keys)
            for start in range(0, len(ordered), BATCH):
                part = ordered[start : start + BATCH]
                count += connection.execute(sa.delete(tables.memo).where(tables.memo.c.key.in_(part))).rowcount
                connection.execute(sa.delete(tables.sources).where(link.key.in_(part)))
        if count:
            write_anew(self._engine)
        return count

    def counts(self) -> dict[str, int]:
        """Number of stored values by kind."""
        if self._is_empty:
            return {}
        memo = self._tables.memo.c
        query = sa.select(memo.kind, sa.func.count().label("stored")).group_by(memo.kind).order_by(memo.kind)
        with self._engine.connect() as connection:
            return {row.kind: row.stored for row in connection.execute(query)}

    @cached_property
    def _engine(self) -> Engine:
        return engine_of(f"sqlite:///{self.place}" if isinstance(self.place, Path) else self.place, self._tables.metadata, closes=True)

    @property
    def _is_empty(self) -> bool:
        """Whether there is no file yet: looking something up makes none."""
        return isinstance(self.place, Path) and not self.place.exists()

    @property
    def _tables(self) -> _Tables:
        return _IN_A_FILE if isinstance(self.place, Path) else _IN_A_DATABASE
