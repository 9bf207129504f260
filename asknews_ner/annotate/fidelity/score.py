"""One score of all differences: the risk, from 0 to 1, that something is wrong between a summary and its source."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from asknews_ner.annotate.fidelity.compare import Compared, Thing
from asknews_ner.recipe import FidelityWeights

_MOST_NUMBERS = 2  # more foreign numbers than that say no more


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a fault; fields are named and explained as the recipe's `fidelity.weights`."""

    foreign_names: float
    foreign_numbers: int
    foreign_number_share: float
    lost_share: float
    lost_most_said: float
    other_language: bool


FEATURES = tuple(Evidence.__dataclass_fields__)


def evidence(compared: Compared, other_language: bool) -> Evidence:
    """The figures of one pair. Shares of nothing are 0: what is not there is no sign of a fault."""
    foreign = [thing for thing in compared.of_summary if thing.kind != "number"]
    numbers = [thing for thing in compared.of_summary if thing.kind == "number"]
    opening = [thing for thing in compared.of_source if thing.kind != "number"]
    lost = [thing.said for thing in opening if not thing.found]
    return Evidence(
        foreign_names=_missed(foreign),
        foreign_numbers=min(_MOST_NUMBERS, sum(not thing.found for thing in numbers)),
        foreign_number_share=_missed(numbers),
        lost_share=sum(lost) / max(1, sum(thing.said for thing in opening)),
        lost_most_said=math.log1p(max(lost, default=0)),
        other_language=other_language,
    )


def risk(found: Evidence, weights: FidelityWeights) -> float:
    """Logistic regression with the recipe's weights."""
    total = weights.intercept + sum(getattr(weights, name) * float(getattr(found, name)) for name in FEATURES)
    return 1 / (1 + math.exp(-total))


def _missed(things: Sequence[Thing]) -> float:
    return sum(not thing.found for thing in things) / max(1, len(things))
