"""An address as it will be asked for: read once, by the parser that the connection uses, so that no other reading can differ."""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from yarl import URL

from asknews_ner.acquire.fetch.types import FetchFaultError, FetchReject

UNREADABLE = (ValueError, IndexError)
"""What yarl raises for an address that is none; an IndexError for `http://[]@` (1.25.1), found by fuzzing."""
_PORTS = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\ufeff\ud800-\udfff]")
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\Z")
# A host whose last label is a number is an IPv4 address in some reading (WHATWG URL, "ends in a number"): 127.1, 0x7f.1, 017700000001.
_NUMERIC = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*)\Z")


@dataclass(frozen=True)
class Target:
    """`host`: name in ASCII or IP address; `port`: the scheme's own if none is named."""

    url: URL
    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> URL:
        """Scheme, host and port: what robots.txt speaks for."""
        return self.url.origin()

    @property
    def address(self) -> str:
        """As text, without fragment."""
        return str(self.url)


def parse_target(value: str, max_characters: int, allowed_ports: tuple[int, ...] = ()) -> Target:
    """Raises FetchFaultError for all that is not a plain http or https address of a host."""
    value = value.strip(" \t\r\n")
    if len(value) > max_characters:
        raise _bad(value, f"{len(value)} characters, at most {max_characters}")
    if _UNSAFE.search(value):
        raise _bad(value, "a backslash, blank or control character stands in it")
    try:
        url = URL(value).with_fragment(None)
        url = URL(str(url))  # what a name becomes in ASCII is read again: it may be numbers, or hold a delimiter
        port = url.port
    except UNREADABLE as error:
        raise _bad(value, str(error)) from error
    if url.scheme not in _PORTS:
        raise _bad(value, f"the scheme is {url.scheme or 'missing'!r}")
    if url.user is not None or url.password is not None:
        raise _bad(value, "a user name or password stands in it")
    host = (url.raw_host or "").removesuffix(".")
    _check_host(value, host)
    if url.raw_path == "/":
        url = url.with_path("/", keep_query=True)  # one form for an address without a path
    if port is None or port not in {_PORTS[url.scheme], *_PORTS.values(), *allowed_ports}:
        raise FetchFaultError(FetchReject.FORBIDDEN_PORT, f"port {port} in {value[:200]!r}")
    return Target(url, url.scheme, host, port)


def _check_host(value: str, host: str) -> None:
    try:
        if ":" in host:
            if "%" in host:
                raise _bad(value, f"{host[:100]!r} names an interface of this machine")
            IPv6Address(host)
        elif _NUMERIC.match(host):
            IPv4Address(host)
        elif not _NAME.match(host):
            raise _bad(value, f"{host[:100]!r} is not a host name")
    except AddressValueError as error:
        raise _bad(value, f"{host[:100]!r} is not an IP address in its plain form") from error


def _bad(value: str, why: str) -> FetchFaultError:
    return FetchFaultError(FetchReject.BAD_ADDRESS, f"{why}: {value[:200]!r}")
