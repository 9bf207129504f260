"""Real articles, re-timed to a live stream, and marked so in every line."""

import datetime as dt
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from asknews_ner.storage.atomic import write_text

STREAM_BEGINS = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
SOURCES: Mapping[str, Sequence[str]] = {
    "AT": ("de",),
    "BR": ("pt",),
    "DE": ("de",),
    "GB": ("en", "fr"),
    "IT": ("it",),
    "MX": ("es",),
    "SA": ("ar",),
    "UA": ("uk",),
}
"""Languages by country: every country has more articles than the story needs."""

_SHORTEST, _LONGEST, _TITLE = 600, 6000, 80  # characters


@dataclass(frozen=True)
class Stream:
    """Articles by country, in a fixed order; each is given out once."""

    rows: Mapping[str, list[dict[str, Any]]]

    def take(self, country: str, count: int) -> list[dict[str, Any]]:
        """The country's next articles."""
        found, self.rows[country][:] = self.rows[country][:count], self.rows[country][count:]
        if len(found) < count:
            raise SystemExit(f"{country} has {len(found)} articles left of {count}; take fewer with --articles")
        return found


def open_stream(dropped: Path) -> Stream:
    """The articles under $ASKNEWS_NER_SHARED/data/news, less those that lie in the drop folder already."""
    shared = os.environ.get("ASKNEWS_NER_SHARED", "")
    folder = Path(shared) / "data" / "news"
    if not shared or not folder.is_dir():
        raise SystemExit("set ASKNEWS_NER_SHARED to a folder with data/news/articles_<language>.parquet")
    seen = {json.loads(line)["id"] for file in dropped.glob("*.jsonl") for line in file.read_text(encoding="utf-8").splitlines()}
    return Stream(
        {
            country: [row for name in languages for row in _rows(folder, country, name) if str(row["article_id"]) not in seen]
            for country, languages in SOURCES.items()
        }
    )


def _rows(folder: Path, country: str, language: str) -> list[dict[str, Any]]:
    rows = pq.read_table(folder / f"articles_{language}.parquet").to_pylist()
    fit = [row for row in rows if row["country"] == country and _SHORTEST <= len(row["text"] or "") <= _LONGEST]
    return sorted(fit, key=lambda row: str(row["article_id"]))


def drop(folder: Path, name: str, rows: Sequence[Mapping[str, Any]], begins_hours: float, hours: float) -> None:
    """Write articles into the drop folder, published evenly over so many hours of the stream."""
    step = dt.timedelta(hours=hours) / max(1, len(rows))
    begins = STREAM_BEGINS + dt.timedelta(hours=begins_hours)
    lines = [json.dumps(_retimed(row, begins + place * step), ensure_ascii=False) for place, row in enumerate(rows)]
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / name, "\n".join(lines) + "\n")


def _retimed(row: Mapping[str, Any], when: dt.datetime) -> dict[str, Any]:
    return {
        "id": str(row["article_id"]),
        "url": row["source_url"],
        "title": row["title"] or row["text"][:_TITLE],
        "text": row["text"],
        "language": row["language"],
        "country": row["country"],
        "published_at": when.isoformat(),
        "retimed": "the time of publication is not the real one: it was set for a test of the machinery",
        "published_at_as_given": str(row["published_at"]),
    }
