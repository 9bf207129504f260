"""Which types a text is shown while training: its own, and some that it holds none of.

gliner's collator draws from sets, whose order depends on the process; here everything is sorted before it is drawn."""

import random
from collections.abc import Mapping, Sequence

from asknews_ner.train.rows import GlinerRow

_MOST_IN_BATCH = 100  # gliner: types of the batch that are drawn at most
NOTHING = ""
"""The one type of a text that has no entities and no negatives: gliner keeps the text, with a prompt that nothing fits."""


def shown_types(
    rows: Sequence[GlinerRow], rng: random.Random, max_types: int, in_batch_ratio: int, near: Mapping[str, Sequence[str]], near_count: int
) -> list[list[str]]:
    """The types of each row of a batch, in the order in which they are shown.

    A row's `ner_labels`, where it has them. Otherwise its own types, as many types of the other rows as it has entities times a number
    drawn from 0 to `in_batch_ratio` (gliner's rule), and the `near_count` types nearest to its own (`near`: type → nearest first).
    gliner cuts the shuffled list at `max_types` wherever it falls; here a row's own types are kept before negatives."""
    pool = sorted({span[2] for row in rows for span in row["ner"]})
    rng.shuffle(pool)
    shown = []
    for row in rows:
        if "ner_labels" in row:
            shown.append(list(row["ner_labels"]) or [NOTHING])
            continue
        own = sorted({span[2] for span in row["ner"]})
        drawn = pool[: min(_MOST_IN_BATCH, len(row["ner"]) * rng.randint(0, in_batch_ratio))]
        negatives = list(dict.fromkeys([*_nearest(own, near, near_count), *drawn]))
        types = (own + [name for name in negatives if name not in own])[:max_types]
        rng.shuffle(types)
        shown.append(types or [NOTHING])
    return shown


def _nearest(own: Sequence[str], near: Mapping[str, Sequence[str]], count: int) -> list[str]:
    """The nearest types of each own type in turn: all first ones, then all second ones."""
    longest = max((len(near.get(name, ())) for name in own), default=0)
    ranked = [near[name][rank] for rank in range(longest) for name in own if rank < len(near.get(name, ()))]
    return [name for name in dict.fromkeys(ranked) if name not in own][:count]
