"""Records of an ARC archive, the form before WARC (fastwarc does not read it): plain, or one gzip member a record."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from asknews_ner.acquire.sources.warc_records import GZIP_MEMBER, Damage

_LONGEST_HEADER = 32 * 1024
_FIELDS = 5
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class ArcRecord:
    """One captured answer. `content`: HTTP headers and body, at most the bytes asked for; `length`: as the record declares it."""

    start: int
    url: str
    date: str
    length: int
    content: bytes
    complete: bool


def is_arc(stream: BinaryIO) -> bool:
    """Whether the archive begins as ARC files do. Leaves the stream at its start."""
    stream.seek(0)
    first = stream.read(64 * 1024)
    stream.seek(0)
    if first.startswith(GZIP_MEMBER):
        try:
            first = zlib.decompressobj(wbits=31).decompress(first, 64)
        except zlib.error:
            return False
    return first.startswith(b"filedesc://")


def read_arc(stream: BinaryIO, most_bytes: int) -> Iterator[ArcRecord | Damage]:
    """All records, the file's own header too. `start` counts records' bytes as unpacked. Ends at the first damage, with word of it."""
    stream.seek(0)
    packed = stream.read(len(GZIP_MEMBER)) == GZIP_MEMBER
    stream.seek(0)
    content = cast(BinaryIO, gzip.GzipFile(fileobj=stream)) if packed else stream
    position = 0
    try:
        while line := content.readline(_LONGEST_HEADER):
            start, position = position, position + len(line)
            if not line.strip():
                continue
            parts = line.decode("latin-1").split(" ")
            if len(parts) < _FIELDS or not parts[-1].strip().isdecimal():
                yield Damage(start, f"no header of an ARC record: {line[:60]!r}")
                return
            length = int(parts[-1])
            # An address may hold blanks; the other four fields may not.
            url, date = " ".join(parts[: -_FIELDS + 1]), parts[-3]
            body = content.read(min(length, most_bytes + 1))
            passed = len(body) + _pass_over(content, length - len(body))
            position += passed
            yield ArcRecord(start, url, date, length, body, complete=passed == length)
    except (OSError, EOFError, zlib.error) as error:
        yield Damage(position, f"{type(error).__name__}: {error}")


def _pass_over(content: BinaryIO, count: int) -> int:
    left = count
    while left > 0 and (piece := content.read(min(left, _PIECE))):
        left -= len(piece)
    return count - max(left, 0)
