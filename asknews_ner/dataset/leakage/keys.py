"""The same article, the same story, the same group of copies: what earlier stages already know to be one."""

from collections import defaultdict
from collections.abc import Sequence

from asknews_ner.dataset.leakage.texts import Pair


def find(left: Sequence[str], right: Sequence[str]) -> list[Pair]:
    """Pairs with one key, in order; an empty key is no key."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(right):
        if key:
            places[key].append(place)
    return [Pair(one, other, 1.0) for one, key in enumerate(left) for other in places.get(key, ())]
