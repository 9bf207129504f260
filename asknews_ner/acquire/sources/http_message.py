"""An HTTP answer as an archive holds it, bytes → status, type and decoded body, within a limit of bytes."""

import io
import zlib
from dataclasses import dataclass

from multidict import CIMultiDict, CIMultiDictProxy

from asknews_ner.acquire.sources.items import SourceReject
from asknews_ner.acquire.sources.xml_text import DocumentError

_LONGEST_HEADERS = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers, and the body without transfer and content coding."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes


def read_answer(message: bytes, most_bytes: int) -> Answer:
    """Raises DocumentError: no HTTP answer, or a body that cannot be unpacked within the limit.

    A body that says it is chunked or packed and is not is taken as it stands: archives often hold bodies decoded, with the old headers."""
    head, blank, body = message[:_LONGEST_HEADERS].partition(b"\r\n\r\n")
    if not blank:
        head, blank, body = message[:_LONGEST_HEADERS].partition(b"\n\n")
    if not blank and len(message) > _LONGEST_HEADERS:
        raise DocumentError(SourceReject.BAD_HTTP, f"no end of the headers within {_LONGEST_HEADERS} bytes")
    body = message[len(head) + len(blank) :]
    lines = head.decode("latin-1").splitlines()
    status = lines[0].split(" ") if lines else []
    if len(status) < 2 or not status[0].startswith("HTTP/") or not status[1].isdecimal():
        raise DocumentError(SourceReject.BAD_HTTP, f"no status line: {lines[0] if lines else ''!r:.80}")
    pairs = (line.partition(":") for line in lines[1:])
    headers = CIMultiDictProxy(CIMultiDict((name.strip(), value.strip()) for name, _, value in pairs))
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _unchunked(body)
    return Answer(int(status[1]), headers, _decoded(body, headers.get("content-encoding", "").lower(), most_bytes))


def _unchunked(body: bytes) -> bytes:
    parts: list[bytes] = []
    stream = io.BytesIO(body)
    while True:
        size = stream.readline(64).split(b";")[0].strip()
        try:
            count = int(size, 16)
        except ValueError:
            return b"".join(parts) if parts and not size else body
        if count <= 0:
            return b"".join(parts)
        parts.append(stream.read(min(count, len(body))))
        stream.readline(64)


def _decoded(body: bytes, coding: str, most_bytes: int) -> bytes:
    if coding not in ("gzip", "x-gzip", "deflate", "br") or body.lstrip()[:1] == b"<":
        return body
    try:
        content = _brotli(body, most_bytes) if coding == "br" else _inflated(body, most_bytes)
    except (OSError, zlib.error) as error:
        raise DocumentError(SourceReject.BROKEN_COMPRESSION, f"{coding}: {error}") from error
    if len(content) > most_bytes:
        raise DocumentError(SourceReject.TOO_BIG, f"more than {most_bytes} bytes when unpacked")
    return content


def _inflated(body: bytes, most_bytes: int) -> bytes:
    """gzip or zlib, told apart by the first bytes. At most one byte more than the limit."""
    unpacker = zlib.decompressobj(wbits=47)
    content = unpacker.decompress(body, most_bytes + 1)
    if not unpacker.eof and len(content) <= most_bytes:
        raise zlib.error(f"ends early, after {len(content)} bytes of content")
    return content


def _brotli(body: bytes, most_bytes: int) -> bytes:
    from fastwarc.stream_io import BrotliReader

    reader = BrotliReader(io.BytesIO(body))
    parts: list[bytes] = []
    left = most_bytes + 1
    while left > 0 and (part := bytes(reader.read(left))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
