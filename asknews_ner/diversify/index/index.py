"""The index as the stages see it, over whichever engine holds the points."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from asknews_ner.diversify.index.points import Checksum, Filters, Payload, Point, checksums, matrix

_BATCH = 256
ALL = Filters()


class Engine(Protocol):
    """One collection of one embedding model, wherever it lies. Every method raises VectorIndexError if the store cannot be used."""

    @property
    def place(self) -> str:
        """Address or folder, for messages."""
        ...

    def exists(self) -> bool:
        """Whether the collection was made."""
        ...

    def prepare(self, dimensions: int) -> None:
        """Make what is missing of the collection, and of its payload indexes where they have an effect."""
        ...

    def drop(self) -> None:
        """Remove the collection, if it is there."""
        ...

    def upsert(self, points: Sequence[Point]) -> None:
        """Write points over those of the same key. What this returned from survives a SIGKILL."""
        ...

    def delete(self, keys: Sequence[str]) -> None:
        """Remove points."""
        ...

    def count(self) -> int:
        """Number of points."""
        ...

    def scroll(self, filters: Filters, vectors: bool) -> Iterator[Point]:
        """All points that meet the filters, in no particular order."""
        ...

    def nearest(self, vector: Sequence[float], limit: int, filters: Filters) -> list[tuple[Payload, float]]:
        """The nearest by cosine, best first: (payload, cosine)."""
        ...


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One hit of a search. `score`: cosine."""

    article_id: str
    score: float
    country: str
    language: str
    published_at: dt.datetime | None
    window: str
    topic: str


@dataclass(frozen=True, slots=True)
class Bucket:
    """The articles of a window of time, sorted by id. `vectors`: float32 [articles, dimensions], unit length."""

    article_ids: tuple[str, ...]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Written:
    """What an update did."""

    points: int
    written: int
    removed: int


@dataclass(frozen=True)
class VectorIndex:
    """One collection for one kind of vectors. `batch`: points per write."""

    engine: Engine
    batch: int = _BATCH

    def update(self, wanted: Sequence[Point]) -> Written:
        """Make the collection hold exactly these points. Those whose stamp is the wanted one cost a look and are not written."""
        if wanted:
            self.engine.prepare(len(wanted[0].vector))
        elif not self.engine.exists():
            return Written(0, 0, 0)
        present = {point.key: point.payload.stamp for point in self.engine.scroll(ALL, vectors=False)}
        keys = {point.key for point in wanted}
        new = [point for point in wanted if present.get(point.key) != point.payload.stamp]
        gone = sorted(set(present) - keys)
        for start in range(0, len(gone), self.batch):
            self.engine.delete(gone[start : start + self.batch])
        for start in range(0, len(new), self.batch):
            self.engine.upsert(new[start : start + self.batch])
        return Written(self.count(), len(new), len(gone))

    def rebuild(self, wanted: Sequence[Point]) -> Written:
        """Drop the collection and write all points anew."""
        self.engine.drop()
        return self.update(wanted)

    def count(self) -> int:
        """Number of points; 0 if there is no collection."""
        return self.engine.count() if self.engine.exists() else 0

    def points(self, filters: Filters = ALL, vectors: bool = True) -> Iterator[Point]:
        """All points that meet the filters, in no particular order; none if there is no collection."""
        if self.engine.exists():
            yield from self.engine.scroll(filters, vectors)

    def checksums(self) -> dict[str, Checksum]:
        """Window → checksum of its points, to be compared with `checksums` of the points that should be there."""
        return checksums(self.points(vectors=False))

    def window(self, name: str) -> Bucket:
        """The articles of one window of time with their vectors."""
        inside = sorted(self.points(Filters(window=name)), key=lambda point: point.payload.article_id)
        return Bucket(tuple(point.payload.article_id for point in inside), matrix(inside))

    def neighbours(self, vector: Sequence[float], limit: int, filters: Filters = ALL) -> list[Neighbour]:
        """The nearest articles by cosine that meet the filters, best first; none if there is no collection."""
        if not self.engine.exists():
            return []
        return [
            Neighbour(hit.article_id, score, hit.country, hit.language, hit.published_at, hit.window, hit.topic)
            for hit, score in self.engine.nearest(vector, limit, filters)
        ]
