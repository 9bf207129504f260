from dataclasses import replace

import pytest

from asknews_ner.experiments.power_law import ScalingFit
from asknews_ner.report.experiments.scaling import in_words

FIT = ScalingFit(
    family="characters", floor=0.1, floor_low=0.0, floor_high=0.2, exponent=0.5, exponent_low=0.4, exponent_high=0.6, scale=0.7,
    residual=0.01, largest=1152, largest_f1=0.4, held_out_f1=0.39, held_out_low=0.36, held_out_high=0.42,
    doubled_f1=0.46, doubled_low=0.43, doubled_high=0.49,
)  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "trust"),
    [(0.36, 0.42, "lies within that interval."), (0.28, 0.33, "outside that interval, so do not rely"), (0.41, 0.5, "do not rely")],
)
def test_a_forecast_says_whether_the_law_foresaw_the_largest_size(low: float, high: float, trust: str) -> None:
    words = in_words(replace(FIT, held_out_low=low, held_out_high=high))
    assert trust in words
    assert "With 1,152 articles F1 is 40.0; the law says 46.0" in words and "(+6.0)" in words
