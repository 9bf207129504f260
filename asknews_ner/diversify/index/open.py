"""Which engine holds the index, by settings; opened inside the step that uses it, because an embedded store has one user."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from asknews_ner.diversify.index.client import ClientEngine, connect, drop_all, open_folder
from asknews_ner.diversify.index.edge import EdgeEngine, engine_module
from asknews_ner.diversify.index.errors import DamagedIndexError, VectorIndexError, locked
from asknews_ner.diversify.index.index import Engine, VectorIndex
from asknews_ner.fingerprints import fingerprint

ENGINES = ("local", "edge")


@dataclass(frozen=True, slots=True)
class IndexPlace:
    """A server, if there is an address; else a folder and the engine in it: `local` (qdrant-client's) or `edge` (Rust).

    `owner`: what tells this workspace's collections from others' at the same server, such as where its tables lie."""

    url: str
    folder: Path
    engine: str = "local"
    api_key: str | None = None
    owner: str = ""

    @property
    def store(self) -> Path:
        """The embedded store's folder: each engine has its own, so that changing the setting finds no foreign files."""
        return self.folder if self.engine == "local" else self.folder.with_name(f"{self.folder.name}_{self.engine}")

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.url} ({self.collections}…)" if self.url else f"{self.store} ({self.engine})"

    @property
    def collections(self) -> str:
        """What the names of this workspace's collections begin with."""
        return f"articles-{fingerprint(self.owner)[:12]}-" if self.url else "articles-"

    def collection(self, encoder: str) -> str:
        """One for each embedding model: vectors of two cannot be compared."""
        return f"{self.collections}{fingerprint(encoder)[:12]}"


@contextmanager
def opened(place: IndexPlace, encoder: str, mend: bool = False) -> Iterator[VectorIndex]:
    """The index of one embedding model, closed on leaving. `mend`: an embedded store that cannot be read is removed, to be filled anew.

    Raises VectorIndexError when the server does not answer, the embedded store is held by another process, or its engine is not
    there; DamagedIndexError when it cannot be read."""
    if place.engine not in ENGINES:
        raise VectorIndexError(
            f"no engine {place.engine!r} for the vector index; set ASKNEWS_NER_QDRANT_ENGINE to one of {', '.join(ENGINES)}"
        )
    with _engine(place, place.collection(encoder), mend) as engine:
        yield VectorIndex(engine)


def clear(place: IndexPlace) -> None:
    """Remove this workspace's collections, of all encoders, at the server and in the embedded stores of all engines: those of earlier
    settings are never updated again, and would keep what has been taken down.

    Raises VectorIndexError when the server does not answer, or a store is held by another process."""
    if place.url:
        client = connect(place.url, place.api_key)
        try:
            drop_all(client, place.collections, place.url)
        finally:
            client.close()
    for engine in ENGINES:
        store = replace(place, engine=engine).store
        if store.exists():
            with locked(store):
                shutil.rmtree(store)


@contextmanager
def _engine(place: IndexPlace, collection: str, mend: bool) -> Iterator[Engine]:
    if place.url:
        client = connect(place.url, place.api_key)
        try:
            yield ClientEngine(client, collection, place.url, is_server=True)
        finally:
            client.close()
        return
    if place.engine == "edge":
        engine_module()  # missing: said before anything is written
    with locked(place.store):
        try:
            engine, close = _embedded(place, collection)
        except DamagedIndexError as error:
            if not mend:
                raise
            shutil.rmtree(error.folder)
            engine, close = _embedded(place, collection)
        try:
            yield engine
        finally:
            close()


def _embedded(place: IndexPlace, collection: str) -> tuple[Engine, Callable[[], None]]:
    """The engine over its folder, whose lock is held, and how to close it."""
    if place.engine == "edge":
        shard = EdgeEngine(place.store / collection)
        shard.open()
        return shard, shard.close
    client = open_folder(place.store)
    return ClientEngine(client, collection, str(place.store), is_server=False), client.close
