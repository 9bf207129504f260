"""No connection to an address that is not public.

The look-up is ours and the connection goes to what it returned, so that a name cannot mean one address when it is checked and another
when it is used (DNS rebinding). Each socket is checked once more as it is made: an address that stands in the URL itself, and
whatever another version of aiohttp may do in between."""

import socket
from collections.abc import Sequence

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

from asknews_ner.acquire.fetch.addresses import Network, why_forbidden

AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[str, int] | tuple[str, int, int, int]]


class ForbiddenAddressError(OSError):
    """The address is not public. An OSError, because aiohttp carries these up from its connector."""


class AddressGuard:
    """Checks addresses and makes the sockets."""

    def __init__(self, allowed: Sequence[Network] = ()) -> None:
        self._allowed = tuple(allowed)

    def check(self, address: str, host: str) -> None:
        """Raises ForbiddenAddressError."""
        if why := why_forbidden(address, self._allowed):
            raise ForbiddenAddressError(f"{host} is at {address}: {why}")

    def make_socket(self, info: AddressInfo) -> socket.socket:
        """A socket for the address that it will be connected to."""
        family, kind, protocol, _, address = info
        self.check(str(address[0]), str(address[0]))
        return socket.socket(family, kind, protocol)


class GuardedResolver(AbstractResolver):
    """Addresses of a name, all of them public. One forbidden address among them refuses the name: honest names have none."""

    def __init__(self, guard: AddressGuard, resolver: AbstractResolver | None = None) -> None:
        self._guard = guard
        self._resolver = resolver or ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        """Raises ForbiddenAddressError, and OSError if the name has no address."""
        found = await self._resolver.resolve(host, port, family)
        for one in found:
            self._guard.check(one["host"], host)
        return found

    async def close(self) -> None:
        """With the session."""
        await self._resolver.close()
