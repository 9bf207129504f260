"""One figure over trainings with several seeds."""

from collections.abc import Mapping, Sequence
from statistics import mean, stdev

from asknews_ner.records import SeedScore


def seeded_name(model: str, seed: int) -> str:
    """How a further training of a model is called in the scores."""
    return f"{model}@{seed}"


def over_seeds(model: str, figures: Mapping[str, Sequence[float]]) -> list[SeedScore]:
    """Mean and sample standard deviation of each set's F1. `figures`: by set, one F1 a training."""
    return [
        SeedScore(
            model,
            benchmark,
            len(values),
            round(mean(values), 6),
            round(stdev(values), 6) if len(values) > 1 else None,
            round(min(values), 6),
            round(max(values), 6),
        )
        for benchmark, values in figures.items()
    ]
