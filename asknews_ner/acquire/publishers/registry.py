"""All publishers, found by the host of an address."""

from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise

from asknews_ner.acquire.publishers.hosts import host_of, suffixes
from asknews_ner.acquire.publishers.publisher import Publisher
from asknews_ner.fingerprints import fingerprint


class PublisherError(ValueError):
    """The registry cannot be used; the message says which file, entry and field, and what to do."""


class Registry:
    """Publishers with unique ids and domains. Raises PublisherError if two entries share either."""

    def __init__(self, publishers: Iterable[Publisher] = ()) -> None:
        self.publishers = tuple(sorted(publishers, key=lambda one: one.id))
        self._by_domain: dict[str, Publisher] = {}
        for one, other in pairwise(self.publishers):
            if one.id == other.id:
                raise PublisherError(f"publishers: the id {one.id} stands in two entries; give each its own")
        for one in self.publishers:
            for domain in one.domains:
                other = self._by_domain.setdefault(domain, one)
                if other is not one:
                    raise PublisherError(
                        f"publishers: the domain {domain} stands in {other.id} and in {one.id}; take it out of one, or replace an entry "
                        "as a whole by giving yours the same id"
                    )

    def find(self, place: str) -> Publisher | None:
        """The publisher of an address or a host: the one with the longest domain that the host is or ends in.

        No public suffix can be a publisher's domain, so that a stranger's `example.co.uk` matches nobody."""
        host = host_of(place)
        if host is None:
            return None
        return next((self._by_domain[domain] for domain in suffixes(host) if domain in self._by_domain), None)

    def overridden_by(self, own: Iterable[Publisher]) -> "Registry":
        """This registry with entries of one's own: those with a known id replace it as a whole, the others are added."""
        merged = {one.id: one for one in self.publishers}
        merged.update((one.id, one) for one in Registry(own).publishers)  # two of one's own under one id are a fault
        return Registry(merged.values())

    @cached_property
    def shape(self) -> str:
        """The fingerprint of everything in here that can shape an article: not of names, feeds and stances."""
        return fingerprint(
            *(
                [one.id, one.domains, one.country, one.other_countries, one.languages, one.valid_from, one.valid_until]
                for one in self.publishers
            )
        )
