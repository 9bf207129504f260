"""What a machine, not a dataset, decides about fetching: who asks, how fast at most, through which proxy."""

import re
from dataclasses import dataclass
from ipaddress import ip_network

from asknews_ner.acquire.fetch.addresses import Network

PRODUCT = "asknews-ner"
"""Our name in robots.txt (RFC 9309, product token)."""


class FetchSettingError(ValueError):
    """Nothing can be fetched with these settings; the message says why and what to set."""


@dataclass(frozen=True)
class FetchSettings:
    """`contact`: mail address or page by which a publisher reaches whoever runs this; sent with every request.

    `concurrency`: requests in flight; `per_host`: of these at one host; `host_interval_seconds`: between the starts of two requests to
    one host, a robots.txt may ask for more. `proxy`: address of an HTTP proxy. Hosts are looked up and checked before it is asked, but
    it looks them up again: it must refuse private addresses itself. `allowed_networks`, `allowed_ports`: exceptions for sources inside
    one's own network, and for tests."""

    contact: str
    concurrency: int = 16
    per_host: int = 1
    host_interval_seconds: float = 1.0
    proxy: str = ""
    allowed_networks: tuple[str, ...] = ()
    allowed_ports: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch(r"https?://[!-~]+|[!-~]+@[!-~]+\.[!-~]+", self.contact):
            raise FetchSettingError(
                f"the contact is {self.contact!r}: set ASKNEWS_NER_CONTACT to a mail address or a page by which publishers can reach you; "
                "nothing is fetched without one"
            )
        if self.concurrency < 1 or self.per_host < 1 or self.host_interval_seconds < 0:
            raise FetchSettingError("concurrency and per_host are 1 at least, host_interval_seconds 0 at least")
        self.networks  # noqa: B018  raises for a network that is none

    @property
    def networks(self) -> tuple[Network, ...]:
        """The exceptions as networks. Raises FetchSettingError for what is none."""
        try:
            return tuple(ip_network(network) for network in self.allowed_networks)
        except ValueError as error:
            raise FetchSettingError(f"{error}: give networks such as 10.1.0.0/16") from error

    @property
    def user_agent(self) -> str:
        """As sent with each request."""
        from asknews_ner import __version__

        return f"{PRODUCT}/{__version__} (news research; +{self.contact})"
