"""Packed bodies: unpacked piece by piece, so that a bomb is noticed at the limit and not in memory."""

import io
import zlib
from collections.abc import Callable, Generator, Iterator

from asknews_ner.acquire.fetch.types import FetchFaultError, FetchReject

ENCODINGS = "gzip, deflate, br, zstd"
"""What is asked for."""
_PIECE = 1 << 16
_ALIASES = {"": "identity", "x-gzip": "gzip"}


class _PackedError(ValueError):
    """The packed bytes are wrong; the message says how."""


def unpack(body: bytes, encoding: str, limit: int, cut: bool = False) -> bytes:
    """The body without its Content-Encoding. `limit`: bytes of the result at most; `cut`: end there instead of refusing.

    Raises FetchFaultError for an encoding that was not asked for (more than one on top of each other neither was), for broken bytes and
    for too many."""
    name = _ALIASES.get(encoding.strip().lower(), encoding.strip().lower())
    if name == "identity":
        return body
    if name not in _DECODERS:
        raise FetchFaultError(FetchReject.UNKNOWN_ENCODING, f"Content-Encoding: {encoding[:100]!r}", body_bytes=len(body))
    unpacked = bytearray()
    try:
        for piece in _DECODERS[name](body):
            unpacked += piece
            if len(unpacked) > limit:
                if cut:
                    break
                detail = f"{len(body)} bytes of {name} hold more than {limit}"
                raise FetchFaultError(FetchReject.TOO_LARGE_UNPACKED, detail, body_bytes=len(body))
    except _PackedError as error:
        raise FetchFaultError(FetchReject.BROKEN_BODY, f"{name}: {error}", body_bytes=len(body)) from error
    del unpacked[limit:]
    return bytes(unpacked)


def _gzip(body: bytes) -> Iterator[bytes]:
    """One member after the other; zeros after the last are padding (RFC 1952 knows none, servers send them)."""
    rest = memoryview(body)
    while rest:
        decoder = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        used = yield from _inflated(decoder, rest)
        rest = rest[used:]
        if not any(rest[:_PIECE]):
            return


def _deflate(body: bytes) -> Iterator[bytes]:
    """With zlib's header, as RFC 9110 wants it, or bare, as some servers send it."""
    has_header = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    yield from _inflated(zlib.decompressobj(wbits=zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS), memoryview(body))


def _inflated(decoder: "zlib._Decompress", body: memoryview) -> Generator[bytes, None, int]:
    """Pieces of one stream; returns how many bytes it took."""
    taken, waiting = 0, b""
    try:
        while not decoder.eof:
            if not waiting:
                if taken == len(body):
                    raise _PackedError("it is cut short")
                waiting = bytes(body[taken : taken + _PIECE])
                taken += len(waiting)
            piece = decoder.decompress(waiting, _PIECE)
            waiting = decoder.unconsumed_tail
            if piece:
                yield piece
    except zlib.error as error:
        raise _PackedError(str(error)) from error
    return taken - len(decoder.unused_data)


def _brotli(body: bytes) -> Iterator[bytes]:
    import brotli  # type: ignore[import-untyped]

    decoder, waiting = brotli.Decompressor(), body
    try:
        while not decoder.is_finished():
            piece = decoder.process(waiting, output_buffer_limit=_PIECE)
            waiting = b""
            if piece:
                yield piece
            elif decoder.can_accept_more_data() and not decoder.is_finished():
                raise _PackedError("it is cut short")
    except brotli.error as error:
        raise _PackedError(str(error)) from error


def _zstd(body: bytes) -> Iterator[bytes]:
    """Through Arrow, which carries zstd; its window is at most 128 MiB."""
    import pyarrow as pa

    if not body:
        raise _PackedError("it is empty")
    try:
        with pa.CompressedInputStream(io.BytesIO(body), "zstd") as stream:
            while piece := stream.read(_PIECE):
                yield piece
    except (pa.ArrowException, OSError) as error:
        raise _PackedError(str(error)) from error


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {"gzip": _gzip, "deflate": _deflate, "br": _brotli, "zstd": _zstd}
