"""The record of every request: counted as it comes, and written where the caller says."""

import datetime as dt
import fcntl
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from asknews_ner.records import FetchRow
from asknews_ner.storage.atomic import replacing


class FetchLog:
    """Counts rows by outcome and host; keeps none of them."""

    def __init__(self, write: Callable[[FetchRow], None] | None = None) -> None:
        """`write`: takes each row, such as `JsonLinesFile(path).write`."""
        self._write = write
        self.by_outcome: Counter[str] = Counter()
        self.by_host: dict[str, Counter[str]] = {}
        self.body_bytes = 0

    def add(self, row: FetchRow) -> None:
        """Nothing that happened stays unsaid."""
        self.by_outcome[row.outcome] += 1
        self.by_host.setdefault(row.host, Counter())[row.outcome] += 1
        self.body_bytes += row.body_bytes
        if self._write is not None:
            self._write(row)


class JsonLinesFile:
    """Appends rows to a file, one JSON object a line. A line is written at once: a killed run leaves all rows but the one in the making.

    Several processes may write; a lock beside the file keeps a row from being written while others are taken out."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path

    def write(self, row: FetchRow) -> None:
        """One line."""
        with self._alone(), self._path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(row), default=_as_text, ensure_ascii=False) + "\n")

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """All that can be read: the fields of `FetchRow`, times as text."""
        if self._path.is_file():
            with self._path.open(encoding="utf-8", errors="replace") as lines:
                yield from (row for line in lines if (row := _fields(line)) is not None)

    def remove(self, unwanted: Callable[[Mapping[str, Any]], bool]) -> int:
        """Take rows out, and lines that no row can be read from (a killed run's last); returns how many."""
        removed = 0
        with (
            self._alone(),
            replacing(self._path) as kept,
            kept.open("w", encoding="utf-8") as to,
            self._path.open(encoding="utf-8", errors="replace") as lines,
        ):
            for line in lines:
                row = _fields(line)
                if row is None or unwanted(row):
                    removed += 1
                else:
                    to.write(line)
        return removed

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._path.with_name(f".{self._path.name}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _fields(line: str) -> Mapping[str, Any] | None:
    try:
        values = json.loads(line)
    except ValueError:
        return None
    return values if isinstance(values, dict) and "asked" in values else None


def _as_text(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a fetch row")
