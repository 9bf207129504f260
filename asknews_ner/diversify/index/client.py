"""Points in Qdrant through qdrant-client: at a server, or in the client's own local mode (a folder, to about 20,000 points).

Local mode keeps all points in memory, commits each point to SQLite by itself, and searches exactly; payload indexes have no
effect there, so they are made at a server only."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from asknews_ner.diversify.index.errors import DamagedIndexError, VectorIndexError, in_use
from asknews_ner.diversify.index.points import KEYWORDS, Filters, Payload, Point

_PAGE = 2000
_SECONDS = 60


@contextmanager
def told(place: str) -> Iterator[None]:
    """The client's errors with what to do about them."""
    from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

    try:
        yield
    except ResponseHandlingException as error:
        raise VectorIndexError(
            f"the Qdrant server at {place} does not answer ({error}); start it, correct ASKNEWS_NER_QDRANT_URL, or unset it for the "
            "embedded index"
        ) from error
    except UnexpectedResponse as error:
        advice = "set ASKNEWS_NER_QDRANT_API_KEY to its key" if error.status_code in (401, 403) else "run `asknews-ner reindex`"
        said = f"{error.status_code} {error.reason_phrase} {error.content.decode(errors='replace')[:300]}".strip()
        raise VectorIndexError(f"the Qdrant server at {place} refuses ({said}); {advice}") from error
    except sqlite3.Error as error:
        raise VectorIndexError(f"the embedded vector index at {place} cannot be used ({error}); is the disk full?") from error
    except ValueError as error:
        raise VectorIndexError(f"the vector index at {place} does not fit ({error}); run `asknews-ner reindex`") from error


def connect(url: str, api_key: str | None) -> Any:
    """A client of a server. Raises VectorIndexError if nobody answers there."""
    from qdrant_client import QdrantClient

    with told(url):
        # The check of versions only warns, also about a server that is away: the first request says that better.
        client = QdrantClient(url=url, api_key=api_key, timeout=_SECONDS, check_compatibility=False)
        client.get_collections()
    return client


def open_folder(folder: Path) -> Any:
    """A client over a folder. Raises VectorIndexError if another program holds it, DamagedIndexError if it cannot be read."""
    from qdrant_client import QdrantClient

    try:
        return QdrantClient(path=str(folder))
    except RuntimeError as error:
        raise in_use(folder, error) from error
    except sqlite3.OperationalError as error:
        raise VectorIndexError(f"the embedded vector index at {folder} cannot be opened ({error}); is the disk full?") from error
    except (ValueError, KeyError, sqlite3.DatabaseError) as error:
        raise DamagedIndexError(folder, error) from error


def drop_all(client: Any, start: str, place: str) -> None:
    """Remove all collections whose names begin so."""
    with told(place):
        for one in client.get_collections().collections:
            if one.name.startswith(start):
                client.delete_collection(one.name)


@dataclass(frozen=True)
class ClientEngine:
    """One collection behind a QdrantClient."""

    client: Any
    collection: str
    place: str
    is_server: bool

    def exists(self) -> bool:
        """Whether the collection was made."""
        with told(self.place):
            return bool(self.client.collection_exists(self.collection))

    def prepare(self, dimensions: int) -> None:
        """Make what is missing: the collection, and its payload indexes at a server (one that is there is left as it is)."""
        from qdrant_client import models

        if not self.exists():
            with told(self.place):
                params = models.VectorParams(size=dimensions, distance=models.Distance.COSINE)
                self.client.create_collection(self.collection, vectors_config=params)
        if self.is_server:
            fields = {**dict.fromkeys(KEYWORDS, models.PayloadSchemaType.KEYWORD), "published_at": models.PayloadSchemaType.DATETIME}
            with told(self.place):
                for name, kind in fields.items():
                    self.client.create_payload_index(self.collection, name, kind, wait=True)

    def drop(self) -> None:
        """Remove the collection, if it is there."""
        with told(self.place):
            self.client.delete_collection(self.collection)

    def upsert(self, points: Sequence[Point]) -> None:
        """Write points, and wait until they are stored."""
        from qdrant_client import models

        with told(self.place):
            made = [models.PointStruct(id=point.key, vector=point.vector.tolist(), payload=point.payload.as_dict()) for point in points]
            self.client.upsert(self.collection, points=made, wait=True)

    def delete(self, keys: Sequence[str]) -> None:
        """Remove points, and wait until they are gone."""
        from qdrant_client import models

        with told(self.place):
            self.client.delete(self.collection, points_selector=models.PointIdsList(points=list(keys)), wait=True)

    def count(self) -> int:
        """Number of points, exactly."""
        with told(self.place):
            return int(self.client.count(self.collection, exact=True).count)

    def scroll(self, filters: Filters, vectors: bool) -> Iterator[Point]:
        """All points that meet the filters."""
        offset = None
        while True:
            with told(self.place):
                records, offset = self.client.scroll(
                    self.collection, scroll_filter=_filter(filters), limit=_PAGE, offset=offset, with_payload=True, with_vectors=vectors
                )
            for record in records:
                yield Point(str(record.id), Payload.of(record.payload), np.asarray(record.vector or (), dtype=np.float32))
            if offset is None:
                return

    def nearest(self, vector: Sequence[float], limit: int, filters: Filters) -> list[tuple[Payload, float]]:
        """The nearest by cosine, best first."""
        with told(self.place):
            answer = self.client.query_points(
                self.collection, query=list(vector), limit=limit, query_filter=_filter(filters), with_payload=True
            )
        return [(Payload.of(hit.payload), float(hit.score)) for hit in answer.points]


def _filter(filters: Filters) -> Any:
    from qdrant_client import models

    conditions: list[Any] = [
        models.FieldCondition(key=key, match=models.MatchValue(value=value)) for key, value in filters.keywords().items()
    ]
    if filters.since or filters.until:
        time = models.DatetimeRange(gte=filters.since, lt=filters.until)
        conditions.append(models.FieldCondition(key="published_at", range=time))
    return models.Filter(must=conditions) if conditions else None
