"""The law finds itself again, and says how little it knows where the points are noisy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.experiments.power_law import at, fit_law, scaling_fit

ROWS = [19, 38, 75, 150, 300, 600, 1200]


@given(st.floats(0.05, 0.6), st.floats(0.02, 0.3), st.floats(0.2, 1.2))
def test_a_law_without_noise_is_found_again(floor, scale, exponent):
    law = (floor, scale, exponent)
    points = [at(law, rows) for rows in ROWS]
    found = fit_law(ROWS, points)
    assert [at(found, rows) for rows in ROWS] == pytest.approx(points, abs=2e-3)
    assert at(found, 2400) == pytest.approx(at(law, 2400), abs=1e-2)


def test_the_interval_holds_the_truth_and_widens_with_noise():
    law = (0.3, 0.1, 0.5)
    truth = [at(law, rows) for rows in ROWS]
    random = np.random.default_rng(7)
    fits = [
        scaling_fit("crf", ROWS, truth, [value + random.normal(0, noise, 200) for value in truth], 100, 0.95) for noise in (0.002, 0.02)
    ]
    for fit in fits:
        assert fit.doubled_low <= at(law, 2400) <= fit.doubled_high
        assert fit.held_out_low <= fit.largest_f1 <= fit.held_out_high
        assert fit.largest == 1200
    quiet, noisy = (fit.doubled_high - fit.doubled_low for fit in fits)
    assert noisy > 3 * quiet


def test_a_curve_that_falls_gets_no_rising_error_but_a_large_residual():
    fit = scaling_fit("crf", ROWS, [0.6 - 0.05 * place for place in range(7)], [np.full(10, 0.5)] * 7, 5, 0.95)
    assert fit.exponent >= 0
    assert fit.residual > 0.05
