"""A publisher by what people call it."""

from difflib import get_close_matches

from asknews_ner.acquire.publishers.publisher import Publisher
from asknews_ner.acquire.publishers.registry import PublisherError, Registry

_NEAR = 5
_SIMILAR = 0.6


def chosen_publisher(registry: Registry, wanted: str) -> Publisher:
    """The publisher with this id, domain or name (small and capital letters alike), else the only one with these words in its name.

    Raises PublisherError: none, with those that are called nearly so, or several."""
    folded = wanted.strip().casefold()
    for one in registry.publishers:
        if folded == one.id:
            return one
    named = [one for one in registry.publishers if folded == one.name.casefold()]
    found = registry.find(wanted)
    if not named and found is not None:
        return found
    meant = named or [one for one in registry.publishers if folded and f" {folded} " in f" {one.name.casefold()} "]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise PublisherError(f"{len(meant)} publishers are meant by {wanted!r}: {_told(meant)}; give the id of one")
    near = _near(registry, folded)
    advice = f"near: {_told(near)}" if near else "none is called nearly so"
    raise PublisherError(f"no publisher {wanted!r} in the registry; {advice}. All of them: asknews-ner publishers list")


def _near(registry: Registry, folded: str) -> list[Publisher]:
    by_name = {name: one for one in registry.publishers for name in (one.id, one.name.casefold())}
    similar = get_close_matches(folded, by_name, n=2 * _NEAR, cutoff=_SIMILAR)
    holding = [name for name in by_name if folded and folded in name]
    return list({by_name[name].id: by_name[name] for name in [*similar, *holding]}.values())


def _told(publishers: list[Publisher]) -> str:
    shown = [f"{one.name} ({one.id})" for one in publishers[:_NEAR]]
    return ", ".join(shown) + (f" and {len(publishers) - _NEAR} more" if len(publishers) > _NEAR else "")
