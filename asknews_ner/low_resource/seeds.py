"""Which human sentences an LLM is shown."""

import random
from collections import Counter
from collections.abc import Sequence

import numpy as np

from asknews_ner.dataset.bio import spans, type_of
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
    chosen = _covering(shuffled, count)
    rest = [index for index in range(len(shuffled)) if index not in set(chosen)]
    chosen.extend(rest[: count - len(chosen)])
    return [shuffled[index] for index in sorted(chosen)]


def diverse_seeds(pool: Sequence[TaggedSentence], count: int, seed: int, candidates: int, ngrams: int) -> list[TaggedSentence]:
    """`count` different sentences that show every entity type, as `covering_seeds`, are unlike one another, and as long as others are.

    Among `candidates` drawn at random (over the whole pool each call would show the same odd ones) each length has its place: sorted by
    tokens and cut into `count` groups, each group without a covering sentence gives the one whose nearest chosen sentence is the farthest
    (Gonzalez 1985). Without the groups farthest-first takes headings of a word or two. Distance is one minus the cosine of counts of
    character n-grams inside words, which any script has. Raises SeedError if the pool is smaller than `count`."""
    from sklearn.feature_extraction.text import HashingVectorizer

    _check(pool, count)
    shuffled = random_seeds(pool, len(pool), seed)
    covering = _covering(shuffled, count)
    others = [index for index in range(len(shuffled)) if index not in set(covering)]
    drawn = [shuffled[index] for index in [*covering, *others[: max(candidates, count) - len(covering)]]]
    taken = list(range(len(covering)))
    grams = HashingVectorizer(analyzer="char_wb", ngram_range=(ngrams, ngrams), alternate_sign=False, norm="l2")
    vectors = grams.transform([" ".join(sentence.tokens) for sentence in drawn])
    nearest = (vectors @ vectors[taken].T).toarray().max(axis=1, initial=0.0)
    by_length = sorted(range(len(drawn)), key=lambda place: -len(drawn[place].tokens))
    groups = [group for group in np.array_split(by_length, count) if not set(group) & set(taken)]
    for group in groups[: count - len(taken)]:
        place = min(group, key=lambda place: nearest[place])
        taken.append(int(place))
        nearest = np.maximum(nearest, (vectors @ vectors[place].T).toarray()[:, 0])
    return [drawn[place] for place in sorted(taken)]


def frequent_surfaces(pool: Sequence[TaggedSentence], most: int) -> list[str]:
    """The surfaces of entities that stand in more than one of the sentences, the most frequent first, at most so many."""
    found = Counter(
        surface for sentence in pool for surface in {" ".join(sentence.tokens[start:end]) for start, end, _ in spans(sentence.tags)}
    )
    repeated = [surface for surface in found if found[surface] > 1]
    return sorted(repeated, key=lambda surface: (-found[surface], surface))[:most]


def _covering(shuffled: Sequence[TaggedSentence], count: int) -> list[int]:
    """Places of sentences that together have every type, as far as `count` allows."""
    types = [{type_of(tag) for tag in sentence.tags} - {""} for sentence in shuffled]
    frequency = Counter(name for found in types for name in found)
    chosen: list[int] = []
    covered: set[str] = set()
    for name in sorted(frequency, key=lambda name: (frequency[name], name)):
        if name not in covered and len(chosen) < count:
            index = next(index for index, found in enumerate(types) if name in found)
            chosen.append(index)
            covered |= types[index]
    return chosen


def _check(pool: Sequence[TaggedSentence], count: int) -> None:
    if count > len(pool):
        raise SeedError(f"{count} examples a call are wanted and there are {len(pool)} human sentences; ask for fewer, or give more")
