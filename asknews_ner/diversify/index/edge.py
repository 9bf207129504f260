"""Points in Qdrant's embedded Rust engine (qdrant-edge-py, the extra `edge`): a folder, one process, no server.

The write-ahead log is on, and each batch is flushed, so that nothing that was written is lost with the process."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from asknews_ner.diversify.index.errors import DamagedIndexError, VectorIndexError, in_use
from asknews_ner.diversify.index.points import KEYWORDS, Filters, Payload, Point

_PAGE = 2000


def engine_module() -> ModuleType:
    """The engine. Raises VectorIndexError if it is not installed."""
    try:
        import qdrant_edge
    except ImportError as error:
        raise VectorIndexError(
            f"ASKNEWS_NER_QDRANT_ENGINE is `edge`, but the engine cannot be loaded ({error}); install the extra `edge` "
            "(pip install 'asknews-ner[edge]') or set it to `local`"
        ) from error
    return qdrant_edge


@contextmanager
def told(place: str) -> Iterator[None]:
    """The engine's errors with where they happened: it raises nothing narrower than Exception."""
    try:
        yield
    except Exception as error:
        raise VectorIndexError(f"the embedded vector index at {place} cannot be used ({error}); try `asknews-ner reindex`") from error


@dataclass
class EdgeEngine:
    """One collection: a shard in a folder of its own. The caller holds the lock of the folder above it."""

    folder: Path
    shard: Any = field(default=None, init=False)

    @property
    def place(self) -> str:
        """The shard's folder."""
        return str(self.folder)

    def open(self) -> None:
        """Load the shard, if there is one. Raises DamagedIndexError if it cannot be read, VectorIndexError if another program has it."""
        edge = engine_module()
        if self.folder.exists():
            try:
                self.shard = edge.EdgeShard.load(self.place)
            except Exception as error:
                if "WouldBlock" in str(error):  # how its log says that another program has it
                    raise in_use(self.folder, error) from error
                raise DamagedIndexError(self.folder, error) from error

    def close(self) -> None:
        """Let go of the files."""
        if self.shard is not None:
            self.shard.close()
            self.shard = None

    def exists(self) -> bool:
        """Whether the shard was made."""
        return self.shard is not None

    def prepare(self, dimensions: int) -> None:
        """Make the shard with its payload indexes beside its place, then move it there: it is there whole or not at all."""
        if self.exists():
            return
        edge = engine_module()
        new = self.folder.with_name(f".new-{self.folder.name}")
        shutil.rmtree(new, ignore_errors=True)
        new.parent.mkdir(parents=True, exist_ok=True)
        with told(self.place):
            vectors = edge.EdgeVectorParams(size=dimensions, distance=edge.Distance.Cosine)
            shard = edge.EdgeShard.create(str(new), edge.EdgeConfig(vectors=vectors, wal_enabled=True))
            for name in KEYWORDS:
                shard.update(edge.UpdateOperation.create_field_index(name, edge.PayloadSchemaType.Keyword))
            shard.update(edge.UpdateOperation.create_field_index("published_at", edge.PayloadSchemaType.Datetime))
            shard.flush()
            shard.close()
        os.replace(new, self.folder)
        self.open()

    def drop(self) -> None:
        """Remove the shard: moved aside first, so that no half of it is ever found."""
        self.close()
        old = self.folder.with_name(f".old-{self.folder.name}")
        shutil.rmtree(old, ignore_errors=True)
        if self.folder.exists():
            os.replace(self.folder, old)
            shutil.rmtree(old)

    def upsert(self, points: Sequence[Point]) -> None:
        """Write points and flush them to the disk."""
        edge = engine_module()
        made = [edge.Point(point.key, point.vector.tolist(), point.payload.as_dict()) for point in points]
        self._change(edge.UpdateOperation.upsert_points(made))

    def delete(self, keys: Sequence[str]) -> None:
        """Remove points, and flush."""
        self._change(engine_module().UpdateOperation.delete_points(list(keys)))

    def _change(self, operation: Any) -> None:
        with told(self.place):
            self.shard.update(operation)
            self.shard.flush()

    def count(self) -> int:
        """Number of points, exactly."""
        with told(self.place):
            return int(self.shard.count(engine_module().CountRequest(exact=True)))

    def scroll(self, filters: Filters, vectors: bool) -> Iterator[Point]:
        """All points that meet the filters."""
        edge, offset = engine_module(), None
        while True:
            request = edge.ScrollRequest(offset=offset, limit=_PAGE, filter=_filter(edge, filters), with_payload=True, with_vector=vectors)
            with told(self.place):
                records, offset = self.shard.scroll(request)
            for record in records:
                yield Point(str(record.id), Payload.of(record.payload), np.asarray(record.vector or (), dtype=np.float32))
            if offset is None:
                return

    def nearest(self, vector: Sequence[float], limit: int, filters: Filters) -> list[tuple[Payload, float]]:
        """The nearest by cosine, best first."""
        edge = engine_module()
        query = edge.Query.Nearest(list(vector))
        with told(self.place):
            hits = self.shard.query(edge.QueryRequest(limit=limit, query=query, filter=_filter(edge, filters), with_payload=True))
        return [(Payload.of(hit.payload), float(hit.score)) for hit in hits]


def _filter(edge: ModuleType, filters: Filters) -> Any:
    conditions = [edge.FieldCondition(key, match=edge.MatchValue(value)) for key, value in filters.keywords().items()]
    if filters.since or filters.until:
        since, until = (time.isoformat() if time else None for time in (filters.since, filters.until))
        conditions.append(edge.FieldCondition("published_at", range=edge.RangeDateTime(gte=since, lt=until)))
    return edge.Filter(must=conditions) if conditions else None
