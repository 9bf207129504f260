"""Qdrant as an index over the vectors: never the truth (Parquet is), can be rebuilt at any time.

The same client class serves a server (`url`) and the embedded local mode (`path`, one process at a time, to about 20,000
points). Opened inside the step that uses it, because the embedded mode locks its folder."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asknews_ner.fingerprints import fingerprint
from asknews_ner.records import SummaryVector

_NAMESPACE = uuid.UUID("5b1b7f0e-6f3b-5a55-9d0e-2f6b1a8d4c11")
_BATCH = 256


class VectorIndexError(RuntimeError):
    """The index cannot be used; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One hit of a search."""

    article_id: str
    score: float
    country: str
    language: str


def point_id(article_id: str) -> str:
    """The article's point: the same article always gets the same id, so that writing twice changes nothing."""
    return str(uuid.uuid5(_NAMESPACE, article_id))


@dataclass(frozen=True)
class VectorIndex:
    """One collection for one kind of vectors."""

    client: Any
    collection: str

    def update(self, rows: Sequence[SummaryVector]) -> tuple[int, int]:
        """Make the collection hold exactly these rows. Returns (points written, points removed); unchanged ones cost a look."""
        from qdrant_client import models

        if rows and not self.client.collection_exists(self.collection):
            size = len(rows[0].vector)
            self.client.create_collection(self.collection, vectors_config=models.VectorParams(size=size, distance=models.Distance.COSINE))
        if not self.client.collection_exists(self.collection):
            return 0, 0
        wanted = {point_id(row.article_id): row for row in rows}
        present = self._present()
        new = [key for key, row in wanted.items() if present.get(key) != _stamp(row)]
        gone = sorted(set(present) - set(wanted))
        for start in range(0, len(new), _BATCH):
            points = [_point(key, wanted[key], models) for key in new[start : start + _BATCH]]
            self.client.upsert(self.collection, points=points, wait=True)
        if gone:
            self.client.delete(self.collection, points_selector=models.PointIdsList(points=list(gone)), wait=True)
        return len(new), len(gone)

    def _present(self) -> dict[str, str]:
        """Point id → stamp of everything in the collection."""
        found: dict[str, str] = {}
        offset = None
        while True:
            records, offset = self.client.scroll(self.collection, limit=1000, offset=offset, with_payload=["stamp"], with_vectors=False)
            found.update((str(record.id), record.payload.get("stamp", "")) for record in records)
            if offset is None:
                return found

    def count(self) -> int:
        """Number of points; 0 if the collection does not exist."""
        return int(self.client.count(self.collection, exact=True).count) if self.client.collection_exists(self.collection) else 0

    def neighbours(self, vector: Sequence[float], limit: int, country: str | None = None, language: str | None = None) -> list[Neighbour]:
        """The nearest articles by cosine, best first, of one country or language if given."""
        from qdrant_client import models

        wanted = {"country": country, "language": language}
        conditions: list[Any] = [
            models.FieldCondition(key=key, match=models.MatchValue(value=value)) for key, value in wanted.items() if value is not None
        ]
        answer = self.client.query_points(
            self.collection, query=list(vector), limit=limit, query_filter=models.Filter(must=conditions), with_payload=True
        )
        return [
            Neighbour(hit.payload["article_id"], float(hit.score), hit.payload["country"], hit.payload["language"]) for hit in answer.points
        ]


def _stamp(row: SummaryVector) -> str:
    return fingerprint(row.content_hash, row.encoder)[:16]


def _point(key: str, row: SummaryVector, models: Any) -> Any:
    payload = {
        "article_id": row.article_id,
        "country": row.country,
        "language": row.language,
        "published_at": row.published_at.isoformat() if row.published_at else None,
        "stamp": _stamp(row),
    }
    return models.PointStruct(id=key, vector=list(row.vector), payload=payload)


@contextmanager
def opened(url: str, path: Path, api_key: str | None, encoder: str) -> Iterator[VectorIndex]:
    """The index at a server (`url`), or embedded at `path` if the url is empty. Closed on leaving.

    Raises VectorIndexError when the embedded index is held by another process or the server does not answer."""
    from qdrant_client import QdrantClient

    try:
        client = QdrantClient(url=url, api_key=api_key, timeout=60) if url else QdrantClient(path=str(path))
    except RuntimeError as error:
        raise VectorIndexError(
            f"the embedded vector index at {path} is in use by another process ({error}); wait for it, or run a Qdrant server "
            "and set ASKNEWS_NER_QDRANT_URL"
        ) from error
    try:
        yield VectorIndex(client, f"articles-{fingerprint(encoder)[:12]}")
    finally:
        client.close()
