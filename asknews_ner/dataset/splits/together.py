"""Which examples must stand in one split: those of one story, of one group of copies, and near-duplicates, joined over any chain."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asknews_ner.dataset.leakage.pairs import find
from asknews_ner.dataset.leakage.texts import Side
from asknews_ner.recipe import LeakageParams


@dataclass(frozen=True, slots=True)
class Tie:
    """Two articles that belong into one split, and the measure that says so."""

    one: str
    other: str
    measure: str


def ties(texts: Side, params: LeakageParams) -> list[Tie]:
    """All ties among the texts by the recipe's blocking measures, sorted; both directions of a pair are one tie."""
    found = {
        Tie(min(texts.ids[pair.left], texts.ids[pair.right]), max(texts.ids[pair.left], texts.ids[pair.right]), measure)
        for measure in params.blocking
        for pair in find(measure, texts, texts, params)
        if pair.left < pair.right
    }
    return sorted(found, key=lambda tie: (tie.one, tie.other, tie.measure))


def components(ids: Sequence[str], tied: Sequence[Tie]) -> dict[str, str]:
    """Article id → the smallest id of those that it is tied to over any chain; itself if there are none."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ordered = sorted(ids)
    place = {key: number for number, key in enumerate(ordered)}
    edges = np.array([(place[tie.one], place[tie.other]) for tie in tied], dtype=np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(edges), dtype=np.int8), (edges[:, 0], edges[:, 1])), shape=(len(ordered), len(ordered)))
    _, numbers = connected_components(graph, directed=False)
    smallest: dict[int, str] = {}
    for key, number in zip(ordered, numbers, strict=True):
        smallest.setdefault(int(number), key)
    return {key: smallest[int(number)] for key, number in zip(ordered, numbers, strict=True)}


def by_article(tied: Sequence[Tie]) -> Mapping[str, list[tuple[str, str]]]:
    """Article id → (the other article, measure) of each of its ties, in order."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for tie in tied:
        found[tie.one].append((tie.other, tie.measure))
        found[tie.other].append((tie.one, tie.measure))
    return found
