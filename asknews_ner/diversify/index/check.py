"""Whether the index says what the tables say: counts, checksums, payloads, and the vectors themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from asknews_ner.diversify.index.index import VectorIndex
from asknews_ner.diversify.index.points import Point, checksums, matrix

_SAME = 0.9999
"""Cosine from which two vectors are one: Qdrant stores them at unit length, in single precision, so bytes differ."""
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Difference:
    """What the index holds against what it should. Article ids, sorted; `windows`: those whose checksums differ."""

    points: int
    wanted: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    changed: tuple[str, ...]
    windows: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        """Whether index and tables say the same."""
        return not (self.missing or self.extra or self.changed or self.windows) and self.points == self.wanted

    def examples(self, count: int = 10) -> list[str]:
        """The first ids that are wrong."""
        return [*self.missing, *self.extra, *self.changed][:count]

    def summary(self) -> str:
        """One line."""
        found = f"{self.points} points for {self.wanted} vectors: {len(self.missing)} missing, {len(self.extra)} extra, "
        return f"{found}{len(self.changed)} changed"


def compare(index: VectorIndex, wanted: Sequence[Point]) -> Difference:
    """Read the whole index and compare each point's payload and vector with what should be there."""
    should = {point.key: point for point in wanted}
    extra: list[str] = []
    changed: list[str] = []
    held: list[Point] = []
    chunk: list[Point] = []
    for point in index.points():
        # Kept without its vector: of these only one chunk is in memory.
        held.append(Point(point.key, point.payload, point.vector[:0]))
        if point.key in should:
            chunk.append(point)
        else:
            extra.append(point.payload.article_id or point.key)
        if len(chunk) == _CHUNK:
            changed += _changed(chunk, should)
            chunk = []
    changed += _changed(chunk, should)
    present = {point.key for point in held}
    missing = [point.payload.article_id for key, point in should.items() if key not in present]
    ours, theirs = checksums(should.values()), checksums(held)
    windows = [name for name in sorted({*ours, *theirs}) if ours.get(name) != theirs.get(name)]
    return Difference(len(held), len(should), tuple(sorted(missing)), tuple(sorted(extra)), tuple(sorted(changed)), tuple(windows))


def _changed(found: Sequence[Point], should: dict[str, Point]) -> list[str]:
    if not found:
        return []
    wanted = [should[point.key] for point in found]
    if {len(point.vector) for point in [*found, *wanted]} != {len(wanted[0].vector)}:
        return [point.payload.article_id for point in wanted]  # another embedding model's
    from sklearn.preprocessing import normalize

    cosines = (normalize(matrix(found)) * normalize(matrix(wanted))).sum(axis=1)
    return [
        ours.payload.article_id
        for theirs, ours, cosine in zip(found, wanted, cosines, strict=True)
        if theirs.payload != ours.payload or (cosine < _SAME and ours.vector.any())
    ]
