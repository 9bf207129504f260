"""Entities that both sides have: how many of a held-out side's names a model has seen in training. Stated, not forbidden."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from asknews_ner.dataset.leakage.texts import Entity, Side


@dataclass(frozen=True, slots=True)
class Overlap:
    """Distinct entities of a side, how many of them the other has too, and the most frequent of these."""

    distinct: int
    seen: int
    most_frequent: tuple[str, ...]


def overlap(side: Side, training: Side, with_type: bool, examples: int) -> Overlap:
    """Entities by surface (case-folded) and type, or by surface alone: a benchmark may name its types otherwise."""
    key: Callable[[Entity], str] = (lambda entity: f"{entity[0]} ({entity[1]})") if with_type else (lambda entity: entity[0])
    counts = Counter(key(entity) for text in side.entities for entity in text)
    known = {key(entity) for text in training.entities for entity in text}
    seen = sorted((name for name in counts if name in known), key=lambda name: (-counts[name], name))
    return Overlap(len(counts), len(seen), tuple(seen[:examples]))
