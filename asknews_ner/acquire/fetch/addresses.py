"""Which IP addresses may be connected to: public unicast, and nothing else.

Own lists instead of `ipaddress.is_global`, whose answers changed within Python 3.11 and 3.12 (gh-113171). Source: IANA special-purpose
address registries, and the metadata services of clouds that sit on other addresses."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

_FORBIDDEN_V4 = {
    ip_network(network): name
    for network, name in {
        "0.0.0.0/8": "this network",
        "10.0.0.0/8": "private",
        "100.64.0.0/10": "shared by carriers (CGNAT)",
        "127.0.0.0/8": "loopback",
        "168.63.129.16/32": "metadata service of Azure",
        "169.254.0.0/16": "link-local, metadata services",
        "172.16.0.0/12": "private",
        "192.0.0.0/24": "protocol assignments",
        "192.0.2.0/24": "documentation",
        "192.31.196.0/24": "AS112",
        "192.52.193.0/24": "AMT",
        "192.88.99.0/24": "6to4 relay",
        "192.168.0.0/16": "private",
        "192.175.48.0/24": "AS112",
        "198.18.0.0/15": "benchmarking",
        "198.51.100.0/24": "documentation",
        "203.0.113.0/24": "documentation",
        "224.0.0.0/4": "multicast",
        "240.0.0.0/4": "reserved, broadcast",
    }.items()
}
_GLOBAL_V6 = ip_network("2000::/3")  # all that is handed out; mapped, NAT64, unique local, link-local and multicast lie outside
_FORBIDDEN_V6 = {
    ip_network(network): name
    for network, name in {
        "2001::/23": "protocol assignments, Teredo, ORCHID",
        "2001:db8::/32": "documentation",
        "2002::/16": "6to4, which carries an IPv4 address",
        "2620:4f:8000::/48": "AS112",
        "3fff::/20": "documentation",
    }.items()
}


def why_forbidden(address: str, allowed: Sequence[Network] = ()) -> str:
    """Why nothing may be asked at an IP address; empty if it may. What is no IP address is forbidden."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "not an IP address"
    if any(parsed.version == network.version and parsed in network for network in allowed):
        return ""
    return _v4(parsed) if isinstance(parsed, IPv4Address) else _v6(parsed)


def _v4(address: IPv4Address) -> str:
    return next((name for network, name in _FORBIDDEN_V4.items() if address in network), "")


def _v6(address: IPv6Address) -> str:
    if address.scope_id is not None:
        return "link-local: it names an interface"
    if address not in _GLOBAL_V6:
        return "not global unicast (loopback, unique local, link-local, multicast, or a form that carries an IPv4 address)"
    return next((name for network, name in _FORBIDDEN_V6.items() if address in network), "")
