"""What can be wrong with an index, and the lock that keeps two programs out of one embedded store."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class VectorIndexError(RuntimeError):
    """The index cannot be used; the message says where, why, and what to do."""


class DamagedIndexError(VectorIndexError):
    """The embedded store cannot be read. Nothing is lost: `folder` can be removed and made again from the tables."""

    def __init__(self, folder: Path, why: Exception) -> None:
        super().__init__(f"the embedded vector index at {folder} cannot be read ({why}); run `asknews-ner reindex`")
        self.folder = folder


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold an embedded store while the body runs. The lock is the kernel's: it goes with the process, however that ends.

    Ours stands before the engines' own: qdrant-client reads a store before it locks it, so what it read may be old, and
    qdrant-edge-py locks its log only. Raises VectorIndexError when another process holds the store."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise in_use(folder, error) from error
        yield


def in_use(folder: Path, why: Exception) -> VectorIndexError:
    """The store is held by another process."""
    return VectorIndexError(
        f"the embedded vector index at {folder} is in use by another process ({why}); wait for it, or run a Qdrant server and "
        "set ASKNEWS_NER_QDRANT_URL"
    )
