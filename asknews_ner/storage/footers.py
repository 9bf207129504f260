"""What a table's file says of itself, read once for each writing of it.

A refresh asks thousands of files for their stamps, many times over; a file that was not written since has the same inode, time and size
(writings replace files, see `storage.atomic`), so that asking again costs one look into its folder."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow.parquet as pq

FINGERPRINT = b"asknews_ner.fingerprint"
_FILES_KEPT = 100_000  # about 30 MB; the grid of a dozen tables


@dataclass(frozen=True, slots=True)
class Footer:
    """Number of rows, and the stamp (None if the file bears none)."""

    rows: int
    stamp: str | None


def footer(path: Path) -> Footer:
    """Raises pyarrow.ArrowInvalid or OSError for what is no Parquet file."""
    return _footer(path, *_state(path))


def body_digest(path: Path) -> bytes:
    """Hash of a Parquet file up to its footer, so that the fingerprint in the footer does not count."""
    return _body_digest(path, *_state(path))


def _state(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


@lru_cache(maxsize=_FILES_KEPT)
def _footer(path: Path, inode: int, changed: int, size: int) -> Footer:
    found = pq.read_metadata(path)
    stamp = (found.metadata or {}).get(FINGERPRINT, b"").decode()
    return Footer(int(found.num_rows), stamp or None)


@lru_cache(maxsize=_FILES_KEPT)
def _body_digest(path: Path, inode: int, changed: int, size: int) -> bytes:
    data = path.read_bytes()
    footer_length = int.from_bytes(data[-8:-4], "little")
    return hashlib.sha256(data[: len(data) - 8 - footer_length]).digest()
