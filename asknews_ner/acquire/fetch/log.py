"""The record of every request: counted as it comes, and written where the caller says."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from asknews_ner.records import FetchRow


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
    """Appends rows to a file, one JSON object a line. A line is written at once: a killed run leaves all rows but the one in the making."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path

    def write(self, row: FetchRow) -> None:
        """One line."""
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(row), default=_as_text, ensure_ascii=False) + "\n")


def _as_text(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a fetch row")
