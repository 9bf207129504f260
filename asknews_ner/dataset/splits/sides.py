"""Which side each unit is on, so that what is left of the sides comes near the wanted shares.

A unit is never divided: a window, an outlet, a country, or a group of examples that belong together. A group that stands on several
sides keeps one of them; its members elsewhere leave, which is what the choice here reckons with."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from asknews_ner.fingerprints import fingerprint

SIDES = ("train", "validation", "test")
_ORDERS = 10
_INFLATIONS = tuple(1 + step / 10 for step in range(16))


class Member(NamedTuple):
    """An example: its unit (empty where it is not known: then it goes with its group, and trains if nobody there has one) and its group."""

    unit: str
    group: str


class Sides(NamedTuple):
    """Where units and groups stand."""

    units: Mapping[str, str]
    groups: Mapping[str, str]

    def wants(self, member: Member) -> str:
        """The side that an example would be on; it stays when its group is there too."""
        return self.units[member.unit] if member.unit else self.groups[member.group]


class Wanted(NamedTuple):
    """Wanted shares of what is kept."""

    validation: float
    test: float


def in_time(members: Sequence[Member], wanted: Wanted) -> Sides:
    """The latest units test, those before them validate.

    A group belongs to the side of its earliest member that has a unit, so that training never holds what was published after the
    borders, and a story that goes on does not reach a held-out side. Both borders are chosen together, exactly: least distance from
    the wanted shares plus the share that leaves, counted on what is kept. n examples, w units: n + w² steps."""
    names = sorted({member.unit for member in members} - {""})
    position = {name: number for number, name in enumerate(names, start=1)}
    first: dict[str, int] = {}
    for member in members:
        if member.unit:
            first[member.group] = min(position[member.unit], first.get(member.group, len(names)))
    first |= {member.group: 0 for member in members if member.group not in first}
    counts = np.zeros((len(names) + 1, len(names) + 1), dtype=np.int64)
    for member in members:
        counts[first[member.group], position.get(member.unit, first[member.group])] += 1
    validation, test = _borders(counts, wanted)

    def side(place: int) -> str:
        return "test" if place >= test else "validation" if place >= validation else "train"

    return Sides({name: side(place) for name, place in position.items()}, {group: side(place) for group, place in first.items()})


def _borders(counts: NDArray[np.int64], wanted: Wanted) -> tuple[int, int]:
    """(first unit of validation, first unit of test). `counts`: examples by the first unit of their group and by their own."""
    size = len(counts)
    sums = np.zeros((size + 1, size + 1), dtype=np.int64)
    sums[1:, 1:] = counts.cumsum(axis=0).cumsum(axis=1)

    def within(start: int, end: int) -> int:
        return int(sums[end, end] - sums[start, end] - sums[end, start] + sums[start, start])

    tried = []
    for test in range(1, size + 1):
        for validation in range(1, test + 1):
            kept = (within(0, validation), within(validation, test), within(test, size))
            if kept[0]:
                tried.append((_badness(kept, int(sums[-1, -1]), wanted), -validation, -test))
    _, validation, test = min(tried, default=((), -size, -size))
    return -validation, -test


def by_order(members: Sequence[Member], wanted: Wanted, seed: int) -> Sides:
    """Units in the order of a seeded hash; a group belongs to the side where most of its members stand.

    Groups cost held-out sides more than training, so several orders and larger shares are tried, and the one is taken whose kept
    examples come nearest to the wanted shares with the fewest left out."""
    sizes = Counter(member.unit for member in members)
    best: tuple[tuple[float, ...], Sides] | None = None
    for number in range(_ORDERS):
        order = sorted(sizes.keys() - {""}, key=lambda unit: (fingerprint(seed, number, unit), unit))
        for inflation in _INFLATIONS:
            units = _fill(order, sizes, Wanted(*(share * inflation for share in wanted)))
            sides = Sides(units, _majority(members, units))
            kept = Counter(sides.wants(member) for member in members if sides.wants(member) == sides.groups[member.group])
            badness = _badness(tuple(kept[side] for side in SIDES), len(members), wanted)
            if best is None or badness < best[0]:
                best = badness, sides
    assert best is not None
    return best[1]


def _fill(order: Sequence[str], sizes: Mapping[str, int], wanted: Wanted) -> dict[str, str]:
    """Unit → side. Test is filled first, then validation; each gets at least one unit while training keeps one."""
    total = sum(sizes.values())
    room = {"test": wanted.test * total, "validation": wanted.validation * total}
    filled = {"test": 0, "validation": 0}
    side_of: dict[str, str] = {}
    left = len(order)
    for unit in order:
        side_of[unit] = "train"
        for side, most in room.items():
            # A unit goes in while it brings the side nearer to its share than leaving it out would.
            if left > 1 and (filled[side] + sizes[unit] / 2 <= most or (most > 0 and not filled[side])):
                side_of[unit] = side
                filled[side] += sizes[unit]
                break
        left -= 1
    return side_of


def _majority(members: Sequence[Member], units: Mapping[str, str]) -> dict[str, str]:
    """Group → the side where most of its members with a unit stand; of equals the earlier of train, validation and test."""
    standing: dict[str, Counter[str]] = defaultdict(Counter)
    for member in members:
        standing[member.group].update([units[member.unit]] if member.unit else [])
    return {group: max(SIDES, key=lambda side: counts[side]) for group, counts in standing.items()}


def _badness(kept: Sequence[int], of: int, wanted: Wanted) -> tuple[float, float]:
    """(wanted sides that are empty, distance of the shares from the wanted ones + share left out); less is better."""
    total = max(1, sum(kept))
    shares = (1 - wanted.validation - wanted.test, wanted.validation, wanted.test)
    empty = sum(not count and share > 0 for count, share in zip(kept, shares, strict=True))
    distance = sum(abs(count / total - share) for count, share in zip(kept, shares, strict=True))
    return empty, round(distance + (of - sum(kept)) / max(1, of), 9)
