"""Host names: one form for all, and which of them may stand for a publisher."""

import re
from urllib.parse import urlsplit

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def host_of(place: str) -> str | None:
    """The host of an address or of a bare host name, in lower case and ASCII (IDNA); None if there is none.

    Numeric addresses are no hosts of publishers: None."""
    place = place.strip()
    try:
        host = urlsplit(place if "://" in place else f"//{place}").hostname
    except ValueError:
        return None
    if not host:
        return None
    try:
        host = host.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    labels = host.split(".")
    named = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdigit()
    return host if named else None


def suffixes(host: str) -> list[str]:
    """A host and the domains above it, the longest first: a.b.example, b.example, example."""
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]


def domain_fault(domain: str) -> str:
    """Why a domain cannot stand for one publisher; empty if it can. Public suffixes (co.uk, blogspot.com) belong to many.

    Known suffixes: the Public Suffix List as the package `tld` carries it, its private part too."""
    from tld import get_tld, is_tld

    if host_of(domain) != domain or "://" in domain or domain.startswith("www."):
        return f"{domain!r} is not a bare domain; write it in lower case, without scheme, path and `www.`, such as bbc.co.uk"
    if is_tld(domain):
        return f"{domain!r} is a public suffix, under which many publishers stand; name the domain of this one"
    if get_tld(f"https://{domain}", fail_silently=True) is None:
        return f"{domain!r} ends in no known public suffix; check the spelling"
    return ""
