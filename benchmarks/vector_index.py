"""The two embedded engines of the vector index against each other: writing, searching with filters, opening again.

    python benchmarks/vector_index.py [--points 10000] [--dimensions 384] [--folder FOLDER]

Planted unit vectors with the payload that the pipeline writes, in batches of 256; each number is wall time on this machine, the
ratio is edge against local (qdrant-client's own local mode), above 1 where edge is the quicker one."""

import argparse
import datetime as dt
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np

from asknews_ner.diversify.index.check import compare
from asknews_ner.diversify.index.open import ENGINES, IndexPlace, opened
from asknews_ner.diversify.index.points import Filters, Point, points_of
from asknews_ner.records import SummaryVector

START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
COUNTRIES = ("GB", "SE", "DE", "FR", "KE", "BR", "UA", "EG")
LANGUAGES = ("en", "sv", "de", "fr")
QUERIES = 20


def planted(count: int, dimensions: int) -> list[Point]:
    """Points of 8 countries, 4 languages and 60 windows of 4 hours, 50 topics a window."""
    draw = np.random.default_rng(0)
    vectors = draw.normal(size=(count, dimensions))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = [
        SummaryVector(
            f"https://planted.example/{n}",
            f"{n:064x}",
            "planted",
            tuple(vectors[n].tolist()),
            False,
            COUNTRIES[n % 8],
            LANGUAGES[n // 8 % 4],
            START + dt.timedelta(minutes=n % 14400),
        )
        for n in range(count)
    ]
    windows = {row.article_id: f"{START + dt.timedelta(hours=n % 14400 // 240 * 4):%Y-%m-%dT%H:%MZ}" for n, row in enumerate(rows)}
    return points_of(rows, windows, {row.article_id: f"{windows[row.article_id]}/{n % 50:03d}" for n, row in enumerate(rows)})


def measure(place: IndexPlace, points: list[Point]) -> dict[str, float]:
    """Figure by name; the index holds exactly the points at the end."""
    started = time.perf_counter()
    with opened(place, "planted") as index:
        index.update(points)
        writing = time.perf_counter() - started
    started = time.perf_counter()
    with opened(place, "planted") as index:
        assert index.count() == len(points)
        opening = time.perf_counter() - started
        figures = {"upserts/s": len(points) / writing, "open again, s": opening}
        started = time.perf_counter()
        assert index.update(points).written == 0
        figures["update of nothing, s"] = time.perf_counter() - started
        since = START + dt.timedelta(days=2)
        for name, filters in (
            ("top 10, ms", Filters()),
            ("top 10 of country and language, ms", Filters(country="SE", language="en")),
            ("top 10 of country since a day, ms", Filters(country="SE", since=since)),
        ):
            started = time.perf_counter()
            for point in points[:QUERIES]:
                assert len(index.neighbours(point.vector.tolist(), 10, filters)) == 10
            figures[name] = (time.perf_counter() - started) / QUERIES * 1000
        started = time.perf_counter()
        assert len(index.window(points[0].payload.window).article_ids) > 0
        figures["a window's vectors, ms"] = (time.perf_counter() - started) * 1000
        started = time.perf_counter()
        assert compare(index, points).is_none
        figures["check of all points, s"] = time.perf_counter() - started
    return figures


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=10_000)
    parser.add_argument("--dimensions", type=int, default=384)
    parser.add_argument("--folder", type=Path, default=None, help="on the disk that is to be measured")
    given = parser.parse_args()
    points = planted(given.points, given.dimensions)
    print(f"{given.points} points of {given.dimensions} dimensions")
    found = {}
    for engine in ENGINES:
        folder = Path(tempfile.mkdtemp(dir=given.folder))
        found[engine] = measure(IndexPlace("", folder / "q", engine), points)
        shutil.rmtree(folder)
    print(f"{'':<36}{'local':>12}{'edge':>12}{'ratio':>10}")
    for name, local in found["local"].items():
        edge = found["edge"][name]
        ratio = edge / local if name.endswith("/s") else local / edge
        print(f"{name:<36}{local:>12.3g}{edge:>12.3g}{ratio:>10.1f}")


if __name__ == "__main__":
    main()
