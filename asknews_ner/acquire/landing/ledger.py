"""What was landed before, by digest and by address: an index of the batches, which can be thrown away and is made again of them.

A batch that is written but not yet entered (a kill in between) is entered when the ledger is opened next."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from asknews_ner.acquire.landing.lines import addresses_of, line_digest, refusal_digest, refused_row
from asknews_ner.acquire.sources.items import FoundArticle, RefusedItem
from asknews_ner.acquire.sources.rows import found_article
from asknews_ner.fingerprints import content_hash


@dataclass(frozen=True, slots=True)
class Entry:
    """One landed item. `addresses`: canonical; none for refusals."""

    digest: bytes
    addresses: tuple[str, ...] = ()


class LandedLedger:
    """The index of one drop folder. One writer at a time (SQLite's own lock); memory does not grow with it."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(file, timeout=60)
        # Not the write-ahead log, which pods that share a volume over a network cannot have: it needs memory that they share.
        self._db.execute("PRAGMA journal_mode=DELETE")
        with self._db:
            self._db.execute("CREATE TABLE IF NOT EXISTS items (digest BLOB PRIMARY KEY) WITHOUT ROWID")
            self._db.execute("CREATE TABLE IF NOT EXISTS addresses (address BLOB PRIMARY KEY) WITHOUT ROWID")
            self._db.execute("CREATE TABLE IF NOT EXISTS batches (name TEXT PRIMARY KEY) WITHOUT ROWID")

    def __enter__(self) -> "LandedLedger":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._db.close()

    def has(self, digest: bytes) -> bool:
        """Whether an item with this digest was landed."""
        return self._db.execute("SELECT 1 FROM items WHERE digest = ?", (digest,)).fetchone() is not None

    def knows(self, address: str) -> bool:
        """Whether an article at this canonical address was landed."""
        return self._db.execute("SELECT 1 FROM addresses WHERE address = ?", (_short(address),)).fetchone() is not None

    def enter(self, batch: str, entries: Iterable[Entry]) -> None:
        """All items of a batch, or none."""
        with self._db:
            for entry in entries:
                self._db.execute("INSERT OR IGNORE INTO items VALUES (?)", (entry.digest,))
                for address in entry.addresses:
                    self._db.execute("INSERT OR IGNORE INTO addresses VALUES (?)", (_short(address),))
            self._db.execute("INSERT OR IGNORE INTO batches VALUES (?)", (batch,))

    def enter_missing(self, batches: Iterable[tuple[str, Path]]) -> list[str]:
        """Enter batches, (name, file), that are not in the index yet; returns their names."""
        entered = []
        for name, file in batches:
            if self._db.execute("SELECT 1 FROM batches WHERE name = ?", (name,)).fetchone() is None:
                with file.open(encoding="utf-8") as lines:
                    self.enter(name, map(entry_of_line, lines))
                entered.append(name)
        return entered


def entry_of_line(line: str) -> Entry:
    """The entry of a line as it stands in a batch."""
    line = line.rstrip("\n")
    values = json.loads(line)
    if refused_row(values):
        return Entry(refusal_digest(line))
    article = found_article("", values)
    return entry_of(line, article)


def entry_of(line: str, item: FoundArticle | RefusedItem) -> Entry:
    """The entry of an item that is about to be landed as this line."""
    return Entry(line_digest(line, item), () if isinstance(item, RefusedItem) else addresses_of(item))


def _short(address: str) -> bytes:
    return bytes.fromhex(content_hash(address))[:16]
