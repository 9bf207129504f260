import itertools

import numpy as np
import pytest

from asknews_ner.evaluate.scores.counts import f1_of_counts
from asknews_ner.evaluate.scores.resampling import interval, resampled_f1
from asknews_ner.evaluate.scores.significance import exchanged_differences, holm, p_value, randomisation_p


def counts(rows):
    return np.array(rows, dtype=np.int64)


ONE = counts([(2, 2, 2), (1, 1, 1), (3, 2, 2), (1, 0, 0), (2, 2, 1)])
OTHER = counts([(2, 1, 0), (1, 2, 0), (3, 2, 1), (1, 0, 0), (2, 2, 1)])


def test_p_values_approach_those_of_all_exchanges():
    """The exact p-value: all 8 ways to exchange the three sentences that differ."""
    seen = f1_of_counts(ONE) - f1_of_counts(OTHER)
    exact = []
    for choice in itertools.product((False, True), repeat=3):
        swap = np.array([*choice, False, False])[:, None]
        exact.append(f1_of_counts(np.where(swap, OTHER, ONE)) - f1_of_counts(np.where(swap, ONE, OTHER)))
    share = np.mean(np.abs(exact) >= abs(seen) - 1e-12)
    assert share == 0.25
    assert randomisation_p(ONE, OTHER, 20_000, 1) == pytest.approx(share, abs=0.01)
    assert set(np.round(exchanged_differences(ONE, OTHER, 200, 1, "x"), 9)) <= set(np.round(exact, 9))


def test_the_same_predictions_never_differ():
    assert randomisation_p(ONE, ONE, 100, 1) == 1
    assert randomisation_p(ONE[:0], ONE[:0], 100, 1) == 1


def test_p_values_are_uniform_where_models_do_not_differ():
    """Two models that are right equally often: about 5 % of the p-values lie below 0.05."""
    random = np.random.default_rng(0)
    below = 0
    for trial in range(200):
        correct = random.integers(0, 2, size=(2, 80))
        one, other = (np.column_stack([np.ones(80), np.ones(80), right]).astype(np.int64) for right in correct)
        below += randomisation_p(one, other, 199, trial) < 0.05
    assert 1 <= below <= 22


def test_a_real_difference_is_found_and_p_has_a_floor():
    one = counts([(1, 1, 1)] * 60)
    other = counts([(1, 1, 0)] * 60)
    assert randomisation_p(one, other, 999, 1) == 0.001
    assert p_value(0.5, np.array([0.5, -0.5, 0.1])) == pytest.approx(3 / 4)


def test_holm_s_correction():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_draws_are_the_same_for_all_parts_and_independent_between_sets():
    parts = [ONE, OTHER]
    drawn = resampled_f1(parts, 300, 1, "a")
    assert (drawn[0] == resampled_f1([ONE], 300, 1, "a")[0]).all()
    assert (drawn[0] != resampled_f1(parts, 300, 1, "b")[0]).any()
    assert drawn.shape == (2, 300)


def test_large_sets_are_drawn_in_blocks_with_a_fair_interval():
    """Of a share of correct predictions the standard error is known: sqrt(p (1 - p) / n)."""
    right = np.random.default_rng(1).random(30_000) < 0.7
    large = np.column_stack([np.ones(30_000), np.ones(30_000), right]).astype(np.int64)
    low, high = interval(large, 400, 3)
    assert (high - low) / 2 == pytest.approx(1.96 * np.sqrt(0.7 * 0.3 / 30_000), rel=0.15)
