"""The proof: every measure over pairs of sides, as rows for the table and as the pairs that were found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asknews_ner.dataset.leakage.entities import overlap
from asknews_ner.dataset.leakage.labels import familiarity, mentions_of
from asknews_ner.dataset.leakage.pairs import KEYS, MEASURES, NEAR, compared, find, longest_run, threshold
from asknews_ner.dataset.leakage.texts import Pair, Side
from asknews_ner.recipe import BlockingMeasure, LeakageParams
from asknews_ner.records import LabelFamiliarity, Leak, LeakageRow


@dataclass(frozen=True)
class Proof:
    """Rows by pair of sides and measure, every pair found, and the familiarity of every type."""

    rows: list[LeakageRow]
    leaks: list[Leak]
    familiarity: list[LabelFamiliarity]


def prove(splits: Sequence[Side], benchmarks: Sequence[Side], labels: Mapping[str, NDArray[np.float32]], params: LeakageParams) -> Proof:
    """Each split against those before it, each benchmark against the first (training). Sorted as they are given.

    `labels`: the vector of every type's name. What is found against a benchmark never blocks: the dataset is sound, a score on those
    sentences is not."""
    training = splits[0]
    rows: list[LeakageRow] = []
    leaks: list[Leak] = []
    familiar: list[LabelFamiliarity] = []
    held_out = [(side, other, MEASURES) for place, side in enumerate(splits) for other in splits[:place]]
    outside = [(benchmark, training, NEAR) for benchmark in benchmarks]
    for side, other, measures in [*held_out, *outside]:
        for measure in measures:
            found = find(measure, side, other, params)
            rows.append(_pair_row(measure, side, other, found, params, measures is MEASURES and measure in params.blocking))
            leaks += [_leak(measure, side, other, pair) for pair in found]
        rows += [_entity_row(side, other, with_type, params) for with_type in (True, False)]
        if other is training:
            of_types = familiarity(
                side.name, mentions_of(side.entities), mentions_of(training.entities), labels, params.familiarity_mentions
            )
            rows += _label_rows(side, of_types, params)
            familiar += of_types
    return Proof(rows, leaks, familiar)


def _pair_row(measure: BlockingMeasure, side: Side, other: Side, found: Sequence[Pair], params: LeakageParams, blocks: bool) -> LeakageRow:
    worst = sorted(found, key=lambda pair: (-pair.value, side.ids[pair.left], other.ids[pair.right]))
    texts, seen = compared(measure, side, other), len({pair.left for pair in found})
    return LeakageRow(
        side=side.name,
        against=other.name,
        measure=measure,
        blocks=blocks,
        threshold=threshold(measure, params),
        compared=texts,
        found=seen,
        share=round(seen / texts, 6) if texts else None,
        worst=worst[0].value if worst else None,
        examples=tuple(f"{side.ids[pair.left]} ~ {other.ids[pair.right]}" for pair in worst[: params.examples]),
        note=side.note if measure == "embedding" else "",
    )


def _leak(measure: BlockingMeasure, side: Side, other: Side, pair: Pair) -> Leak:
    run = longest_run(side.tokens[pair.left], other.tokens[pair.right])
    evidence = side.keys[measure][pair.left] if measure in KEYS else run
    return Leak(side.name, other.name, measure, side.ids[pair.left], other.ids[pair.right], pair.value, evidence)


def _entity_row(side: Side, other: Side, with_type: bool, params: LeakageParams) -> LeakageRow:
    found = overlap(side, other, with_type, params.examples)
    measure = "entities" if with_type else "surfaces"
    share = round(found.seen / found.distinct, 6) if found.distinct else None
    return LeakageRow(side.name, other.name, measure, False, None, found.distinct, found.seen, share, None, found.most_frequent, "")


def _label_rows(side: Side, rows: Sequence[LabelFamiliarity], params: LeakageParams) -> list[LeakageRow]:
    count, known = len(rows), [row for row in rows if row.in_training]
    names = tuple(row.label for row in sorted(known, key=lambda row: (-row.mentions, row.label))[: params.examples])
    mean = round(sum(row.familiarity for row in rows) / count, 6) if count else None
    common = (side.name, "train")
    return [
        LeakageRow(*common, "labels", False, None, count, len(known), round(len(known) / count, 6) if count else None, None, names, ""),
        LeakageRow(*common, "familiarity", False, None, count, len(known), mean, None, names, ""),
    ]
