"""F1 by number of rows as a power law: what a doubling of the rows would give, if the law goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from asknews_ner.evaluate.scores.counts import Floats


@dataclass(frozen=True, slots=True)
class ScalingFit:
    """1 - F1 = floor + scale x (rows / 1000) ^ -exponent, fitted by least squares to the mean F1 at each size (form: Rosenfeld et al. 2020,
    error by data size). Intervals: the law fitted again to each bootstrap draw."""

    family: Annotated[str, "kind of model"]
    floor: Annotated[float, "error that more rows would not take away, 0 to 1"]
    floor_low: Annotated[float, "of its interval"]
    floor_high: Annotated[float, "of the same"]
    exponent: Annotated[float, "how fast the rest falls"]
    exponent_low: Annotated[float, "of its interval"]
    exponent_high: Annotated[float, "of the same"]
    scale: Annotated[float, "error above the floor at 1,000 rows"]
    residual: Annotated[float, "root of the mean squared distance of the sizes' mean F1 to the law"]
    largest: Annotated[int, "rows of the largest size"]
    largest_f1: Annotated[float, "measured there"]
    held_out_f1: Annotated[float, "what the law of the other sizes says of the largest one: how far it can be trusted"]
    held_out_low: Annotated[float, "of its interval"]
    held_out_high: Annotated[float, "of the same"]
    doubled_f1: Annotated[float, "forecast at twice the largest size"]
    doubled_low: Annotated[float, "of its interval"]
    doubled_high: Annotated[float, "of the same"]


Law = tuple[float, float, float]
"""Floor, scale, exponent."""


def fit_law(rows: Sequence[int], f1: Sequence[float]) -> Law:
    """The law nearest to the points. At least four sizes; a floor below 0 or a rising error cannot come out."""
    from scipy.optimize import least_squares

    size, error = np.asarray(rows, dtype=np.float64) / 1000, 1 - np.asarray(f1, dtype=np.float64)

    def distance(parameters: Floats) -> Floats:
        floor, scale, exponent = parameters
        return np.asarray(floor + scale * size**-exponent - error, dtype=np.float64)

    start = [0.5 * float(error.min()), max(float(error.max() - 0.5 * error.min()), 1e-3), 0.5]
    found = least_squares(distance, start, bounds=([0, 0, 0], [1, np.inf, 3]))
    floor, scale, exponent = (float(value) for value in found.x)
    return floor, scale, exponent


def at(law: Law, rows: float) -> float:
    """F1 that a law says of a number of rows."""
    floor, scale, exponent = law
    return float(1 - (floor + scale * (rows / 1000) ** -exponent))


def scaling_fit(family: str, rows: Sequence[int], f1: Sequence[float], draws: Sequence[Floats], fits: int, confidence: float) -> ScalingFit:
    """The law, its interval and its forecast. `draws`: [sizes][samples] of bootstrap F1, of which the first `fits` are used."""
    law, held_out = fit_law(rows, f1), fit_law(rows[:-1], f1[:-1])
    laws, held = [], []
    for place in range(min(fits, len(draws[0]))):
        drawn = [float(of_size[place]) for of_size in draws]
        laws.append(fit_law(rows, drawn))
        held.append(at(fit_law(rows[:-1], drawn[:-1]), rows[-1]))
    doubled = [at(one, 2 * rows[-1]) for one in laws]

    def interval(values: Sequence[float]) -> tuple[float, float]:
        outside = 50 * (1 - confidence)
        low, high = np.percentile(values, [outside, 100 - outside])
        return round(float(low), 6), round(float(high), 6)

    residual = float(np.sqrt(np.mean([(at(law, size) - value) ** 2 for size, value in zip(rows, f1, strict=True)])))
    floor_low, floor_high = interval([one[0] for one in laws])
    exponent_low, exponent_high = interval([one[2] for one in laws])
    held_low, held_high = interval(held)
    doubled_low, doubled_high = interval(doubled)
    return ScalingFit(
        family=family, floor=round(law[0], 6), floor_low=floor_low, floor_high=floor_high, exponent=round(law[2], 6),
        exponent_low=exponent_low, exponent_high=exponent_high, scale=round(law[1], 6), residual=round(residual, 6), largest=rows[-1],
        largest_f1=round(f1[-1], 6), held_out_f1=round(at(held_out, rows[-1]), 6), held_out_low=held_low, held_out_high=held_high,
        doubled_f1=round(at(law, 2 * rows[-1]), 6), doubled_low=doubled_low, doubled_high=doubled_high,
    )  # fmt: skip
