"""What the index holds: one point an article, with a typed payload. No engine here."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from asknews_ner.fingerprints import fingerprint
from asknews_ner.records import SummaryVector

Vector = NDArray[np.float32]
_NAMESPACE = uuid.UUID("5b1b7f0e-6f3b-5a55-9d0e-2f6b1a8d4c11")
KEYWORDS = ("country", "language", "window", "topic")
"""Payload fields that are looked up as they are; `published_at` is looked up as a range of time."""


@dataclass(frozen=True, slots=True)
class Payload:
    """What stands beside a vector."""

    article_id: str
    country: str
    language: str
    published_at: dt.datetime | None
    window: str
    topic: str
    content_hash: str
    stamp: str

    def as_dict(self) -> dict[str, str]:
        """As the engines take it: strings only, the time as RFC 3339; an undated article has no `published_at`."""
        values = {name: getattr(self, name) for name in self.__slots__}
        time = values.pop("published_at")
        return values if time is None else {**values, "published_at": time.isoformat()}

    @classmethod
    def of(cls, values: Mapping[str, Any] | None) -> "Payload":
        """As it came from an engine. A field that is not there is empty: the point was written by an older version."""
        given = values or {}
        time = given.get("published_at")
        texts = {name: str(given.get(name) or "") for name in cls.__slots__ if name != "published_at"}
        return cls(published_at=dt.datetime.fromisoformat(time) if time else None, **texts)


@dataclass(frozen=True, slots=True)
class Point:
    """One article in the index. `vector`: float32 [dimensions], empty where it was not asked for."""

    key: str
    payload: Payload
    vector: Vector


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles are wanted; None is any. Times are UTC: `since` ≤ published < `until`, undated articles are in no such range."""

    country: str | None = None
    language: str | None = None
    window: str | None = None
    topic: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def keywords(self) -> dict[str, str]:
        """Field → value of those that are given."""
        given = {name: getattr(self, name) for name in KEYWORDS}
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Checksum:
    """How many points there are, and a digest of them that does not depend on their order."""

    count: int
    digest: str


def point_id(article_id: str) -> str:
    """The article's point: the same article always gets the same id, so that writing twice changes nothing."""
    return str(uuid.uuid5(_NAMESPACE, article_id))


def points_of(rows: Iterable[SummaryVector], windows: Mapping[str, str], topics: Mapping[str, str]) -> list[Point]:
    """The points that should be there. `windows`, `topics`: by article id; an article that no window or topic
    holds has an empty one."""
    return [_point(row, windows.get(row.article_id, ""), topics.get(row.article_id, "")) for row in rows]


def _point(row: SummaryVector, window: str, topic: str) -> Point:
    """The stamp is over all that the point holds: two points with one stamp are the same."""
    vector = np.asarray(row.vector, dtype=np.float32)
    time = row.published_at.isoformat() if row.published_at else ""
    digest = hashlib.sha256(vector.astype("<f4").tobytes()).hexdigest()
    stamp = fingerprint("point", row.content_hash, row.encoder, digest, row.country, row.language, time, window, topic)[:16]
    payload = Payload(row.article_id, row.country, row.language, row.published_at, window, topic, row.content_hash, stamp)
    return Point(point_id(row.article_id), payload, vector)


def checksums(points: Iterable[Point]) -> dict[str, Checksum]:
    """Window → checksum over (article id, stamp) of its points: the sum of their SHA-256, in which order has no part."""
    counts: dict[str, int] = {}
    sums: dict[str, int] = {}
    for point in points:
        name = point.payload.window
        digest = hashlib.sha256(f"{point.payload.article_id}\x1f{point.payload.stamp}".encode()).digest()
        counts[name] = counts.get(name, 0) + 1
        sums[name] = (sums.get(name, 0) + int.from_bytes(digest, "big")) % 2**256
    return {name: Checksum(counts[name], f"{sums[name]:064x}") for name in sorted(counts)}


def matrix(points: Sequence[Point]) -> NDArray[np.float32]:
    """The vectors of points, float32 [points, dimensions]."""
    return np.stack([point.vector for point in points]) if points else np.zeros((0, 0), dtype=np.float32)
