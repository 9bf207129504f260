"""The memo: dear results stored under a hash of everything that shaped them, in one SQLite file.

A reply that was committed is never asked for again, whatever is killed afterwards (write-ahead log, one commit a batch).
Rows are only ever added; a key that is there already keeps its first value, because an LLM's stored reply is the truth."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS memo (
    key   TEXT PRIMARY KEY,
    kind  TEXT NOT NULL,
    value BLOB NOT NULL
) WITHOUT ROWID
"""
_SOURCES_SCHEMA = """
CREATE TABLE IF NOT EXISTS sources (
    source TEXT NOT NULL,
    key    TEXT NOT NULL,
    PRIMARY KEY (source, key)
) WITHOUT ROWID
"""
_BATCH = 500  # SQLite allows 32,766 variables a statement; smaller keeps statements short


@dataclass(frozen=True)
class Memo:
    """Key-value store of results. `kind` says what a value is (a task's name, an encoder), for counting and for cleaning up."""

    path: Path

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # 60 seconds: two runs may write at once, and SQLite lets one writer in at a time.
        with closing(sqlite3.connect(self.path, timeout=60)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute(_SCHEMA)
            connection.execute(_SOURCES_SCHEMA)
            yield connection

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        """The values that are there, by key."""
        found: dict[str, bytes] = {}
        if not keys or not self.path.exists():
            return found
        with self._connection() as connection:
            for start in range(0, len(keys), _BATCH):
                part = keys[start : start + _BATCH]
                marks = ",".join("?" * len(part))
                query = f"SELECT key, value FROM memo WHERE key IN ({marks})"  # noqa: S608 (question marks only)
                found.update(connection.execute(query, list(part)))
        return found

    def known(self, keys: Sequence[str]) -> set[str]:
        """Which of these keys have a value."""
        found: set[str] = set()
        if not keys or not self.path.exists():
            return found
        with self._connection() as connection:
            for start in range(0, len(keys), _BATCH):
                part = keys[start : start + _BATCH]
                query = f"SELECT key FROM memo WHERE key IN ({','.join('?' * len(part))})"  # noqa: S608 (question marks only)
                found.update(key for (key,) in connection.execute(query, list(part)))
        return found

    def put_many(self, kind: str, values: Mapping[str, bytes], sources: Iterable[tuple[str, str]] = ()) -> None:
        """Store values in one transaction; on return they survive a killed process.

        `sources`: (mark of an article, key) for values that were made of articles, also where the value is there already."""
        links = list(sources)
        if not values and not links:
            return
        rows: Iterable[tuple[str, str, bytes]] = ((key, kind, value) for key, value in values.items())
        with self._connection() as connection, connection:
            connection.executemany("INSERT OR IGNORE INTO memo (key, kind, value) VALUES (?, ?, ?)", rows)
            connection.executemany("INSERT OR IGNORE INTO sources (source, key) VALUES (?, ?)", links)

    def knows(self, sources: Sequence[str]) -> bool:
        """Whether any value was made of any of these articles."""
        if not self.path.exists():
            return False
        with self._connection() as connection:
            return any(connection.execute("SELECT 1 FROM sources WHERE source = ? LIMIT 1", (source,)).fetchone() for source in sources)

    def forget(self, sources: Sequence[str]) -> int:
        """Delete the values that were made of any of these articles; returns how many. The file is written anew: no byte stays."""
        if not sources or not self.path.exists():
            return 0
        with self._connection() as connection:
            with connection:
                connection.execute("CREATE TEMP TABLE gone AS SELECT key FROM sources WHERE FALSE")
                for source in sources:
                    connection.execute("INSERT INTO gone SELECT key FROM sources WHERE source = ?", (source,))
                count = connection.execute("DELETE FROM memo WHERE key IN (SELECT key FROM gone)").rowcount
                connection.execute("DELETE FROM sources WHERE key IN (SELECT key FROM gone)")
            if count:
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(count)

    def counts(self) -> dict[str, int]:
        """Number of stored values by kind."""
        if not self.path.exists():
            return {}
        with self._connection() as connection:
            return dict(connection.execute("SELECT kind, COUNT(*) FROM memo GROUP BY kind ORDER BY kind"))
