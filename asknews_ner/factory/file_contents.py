"""What a file says, as text to be searched: its bytes, and what is packed in them."""

import gzip
import json
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, cast

import pyarrow.parquet as pq

from asknews_ner.acquire.files import SourceError

_DATABASES = (".sqlite", ".db")
_PIECE = 16 * 1024 * 1024


def contents_of(file: Path, longest: int) -> Iterator[str]:
    """The file in pieces: all its bytes; and the rows of a Parquet file or database, or what gzip holds. Bytes that are no UTF-8 become
    U+FFFD. `longest`: bytes of the longest text that is looked for; pieces overlap by as much.

    Raises OSError, and SourceError for gzip that cannot be unpacked: what cannot be looked into is not clean."""
    with file.open("rb") as stream:
        yield from _pieces(stream, longest)
    if file.suffix == ".parquet":
        yield json.dumps(pq.read_table(file).to_pylist(), ensure_ascii=False, default=str)
    elif file.suffix in _DATABASES:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for name in names:
                for row in connection.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 (names from the file itself)
                    yield "\n".join(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in row)
    elif file.suffix == ".gz":
        try:
            with gzip.open(file, "rb") as stream:
                yield from _pieces(cast(IO[bytes], stream), longest)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise SourceError(f"{file}: cannot be unpacked as a whole ({error}); delete it, or fetch it again") from error


def _pieces(stream: IO[bytes], overlap: int) -> Iterator[str]:
    kept = b""
    while piece := stream.read(_PIECE):
        content = kept + piece
        yield content.decode("utf-8", "replace")
        kept = content[-overlap:] if overlap else b""
