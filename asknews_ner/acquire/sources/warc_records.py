"""Records of a WARC archive, one at a time, past every damage: after bytes that are no record the next start of a record is looked for.

fastwarc ends without a word where an archive is cut (measured: a cut record has fewer bytes than it says, a cut header gives a record
without content), and with an error at the first damage. Both are made visible here, and reading goes on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

GZIP_MEMBER = b"\x1f\x8b\x08"
_PLAIN_RECORD = b"\nWARC/1."
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes of the archive that are no record."""

    start: int
    detail: str


def read_records(stream: BinaryIO, start: int = 0) -> Iterator["WarcRecord | Damage"]:
    """Records from a byte position on. Each is valid until the next is asked for; what it says of its length is not yet checked.

    `stream`: an archive opened for reading, plain or gzip (one member a record). Who finds a record cut short sends True, and the next
    record is looked for inside the bytes that it laid claim to."""
    from fastwarc.warc import ArchiveIterator

    position: int | None = start
    while position is not None:
        stream.seek(position)
        reached = position
        try:
            for record in ArchiveIterator(stream, parse_http=False):
                reached = record.stream_pos
                cut = yield record
                if cut:
                    break
            else:
                return
        except OSError as error:
            yield Damage(reached, str(error))
        position = _next_start(stream, reached + 1)


def _next_start(stream: BinaryIO, after: int) -> int | None:
    """The next byte position at which a record can start; None if there is none."""
    stream.seek(0)
    marker = GZIP_MEMBER if stream.read(len(GZIP_MEMBER)) == GZIP_MEMBER else _PLAIN_RECORD
    offset = 0 if marker == GZIP_MEMBER else 1
    position = max(0, after - offset)
    stream.seek(position)
    kept = b""
    while piece := stream.read(_PIECE):
        found = (kept + piece).find(marker)
        if found >= 0:
            return position - len(kept) + found + offset
        position += len(piece)
        kept = (kept + piece)[-(len(marker) - 1) :]
    return None
