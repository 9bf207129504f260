"""Which human sentences an LLM is shown."""

import random
from collections import Counter
from collections.abc import Sequence

from asknews_ner.dataset.bio import type_of
from asknews_ner.low_resource.records import TaggedSentence


class SeedError(ValueError):
    """There are not enough human sentences to choose from."""


def random_seeds(pool: Sequence[TaggedSentence], count: int, seed: int) -> list[TaggedSentence]:
    """`count` different sentences at random, as in the study (10 a call). Many may hold no entity at all.

    Raises SeedError if the pool is smaller than `count`."""
    _check(pool, count)
    return random.Random(seed).sample(list(pool), count)


def covering_seeds(pool: Sequence[TaggedSentence], count: int, seed: int) -> list[TaggedSentence]:
    """`count` different sentences that together show every entity type of the pool, as far as `count` allows.

    Types are served from the rarest to the most frequent, each by the first sentence of a shuffled pool that has it; the
    rest is the study's random draw, and the order is shuffled. Raises SeedError if the pool is smaller than `count`."""
    _check(pool, count)
    shuffled = random_seeds(pool, len(pool), seed)
    types = [{type_of(tag) for tag in sentence.tags} - {""} for sentence in shuffled]
    frequency = Counter(name for found in types for name in found)
    chosen: list[int] = []
    covered: set[str] = set()
    for name in sorted(frequency, key=lambda name: (frequency[name], name)):
        if name not in covered and len(chosen) < count:
            index = next(index for index, found in enumerate(types) if name in found)
            chosen.append(index)
            covered |= types[index]
    rest = [index for index in range(len(shuffled)) if index not in set(chosen)]
    chosen.extend(rest[: count - len(chosen)])
    return [shuffled[index] for index in sorted(chosen)]


def _check(pool: Sequence[TaggedSentence], count: int) -> None:
    if count > len(pool):
        raise SeedError(f"{count} examples a call are wanted and there are {len(pool)} human sentences; ask for fewer, or give more")
