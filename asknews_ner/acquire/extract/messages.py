"""What goes between the pool and a process that reads pages: length, JSON head, raw bytes.

JSON and not pickle: the process reads pages from outside, and what it sends must not be able to run anything."""

import dataclasses
import datetime as dt
import json
import socket
import struct
import time
from typing import Any

from asknews_ner.acquire.extract.page import Extracted, ExtractFault, ExtractReject

_LENGTHS = struct.Struct(">II")  # bytes of the head, bytes of the body
_MAX_MESSAGE = 1 << 30


class Closed(Exception):  # noqa: N818 - an event, not an error of this side
    """The other end is gone."""


def send(sock: socket.socket, head: dict[str, Any], body: bytes = b"") -> None:
    """One message. Raises TimeoutError after the socket's timeout, Closed if nobody reads."""
    encoded = json.dumps(head).encode()
    try:
        sock.sendall(_LENGTHS.pack(len(encoded), len(body)) + encoded + body)
    except (BrokenPipeError, ConnectionResetError) as error:
        raise Closed from error


def receive(sock: socket.socket, seconds: float | None = None) -> tuple[dict[str, Any], bytes]:
    """One message. Raises TimeoutError if it is not whole within `seconds`, Closed at the end of the stream."""
    end = None if seconds is None else time.monotonic() + seconds
    head, body = _LENGTHS.unpack(_exactly(sock, _LENGTHS.size, end))
    if head + body > _MAX_MESSAGE:
        raise Closed
    return json.loads(_exactly(sock, head, end)), bytes(_exactly(sock, body, end))


def _exactly(sock: socket.socket, size: int, end: float | None) -> bytearray:
    received = bytearray()
    while len(received) < size:
        if end is not None:
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError
            sock.settimeout(left)
        try:
            part = sock.recv(min(1 << 20, size - len(received)))
        except ConnectionResetError as error:
            raise Closed from error
        if not part:
            raise Closed
        received += part
    return received


def as_message(result: Extracted | ExtractReject) -> dict[str, Any]:
    """A result as JSON values."""
    if isinstance(result, ExtractReject):
        return {"reason": result.reason.name, "detail": result.detail}
    values = dataclasses.asdict(result)
    return values | {"published_at": result.published_at.isoformat() if result.published_at else None}


def from_message(values: dict[str, Any]) -> Extracted | ExtractReject:
    """A result of JSON values. Raises KeyError, TypeError or ValueError if they are none."""
    if "reason" in values:
        return ExtractReject(ExtractFault[values["reason"]], values["detail"])
    at = values["published_at"]
    return Extracted(**values | {"published_at": dt.datetime.fromisoformat(at) if at else None, "notes": tuple(values["notes"])})
