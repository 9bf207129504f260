"""Articles for people to group by story, blind to the topics that were found."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from asknews_ner.fingerprints import stable_seed
from asknews_ner.records import TopicMember


def drawn(members: Sequence[TopicMember], vectors: Mapping[str, Sequence[float]], count: int, near: int, seed: int) -> list[str]:
    """Ids of at most `count` articles: again and again one by a seeded hash, and the `near` nearest of its window, whatever their topic.

    Articles drawn one by one would hardly ever be of one story; topics drawn whole would hide what was split. `vectors`: by article id, of
    unit length. Source: ours."""
    windows: dict[str, list[str]] = defaultdict(list)
    for member in sorted(members, key=lambda row: row.article_id):
        if member.article_id in vectors:
            windows[member.window].append(member.article_id)
    window_of = {key: window for window, keys in windows.items() for key in keys}
    found: dict[str, None] = {}
    for anchor in sorted(window_of, key=lambda key: (stable_seed("grouping", seed, key), key)):
        if len(found) >= count:
            break
        if anchor in found:
            continue
        keys = windows[window_of[anchor]]
        cosines = np.array([vectors[key] for key in keys], dtype=np.float64) @ np.array(vectors[anchor], dtype=np.float64)
        for place in np.argsort(-cosines, kind="stable")[: near + 1]:
            found.setdefault(keys[int(place)])
    chosen = list(found)[:count]
    return sorted(chosen, key=lambda key: (window_of[key], stable_seed("order", seed, key), key))
