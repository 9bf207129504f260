"""Measures of spread, of difference and of distance: known values, and the ranges they stay in."""

import math

import numpy as np
import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.diversify.spread.measures import distance, gini, shares_by, spread, vendi
from asknews_ner.diversify.spread.reference import people

COUNTS = st.dictionaries(st.text(max_size=2), st.integers(0, 100), max_size=12)
SHARES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 50), min_size=1)


def test_spread_of_equal_and_of_one():
    equal = spread({"a": 5, "b": 5, "c": 5, "d": 0})
    assert (equal.groups, equal.rows) == (3, 15)
    assert equal.entropy == pytest.approx(math.log(3))
    assert equal.effective_groups == pytest.approx(3)
    assert equal.gini == pytest.approx(0)
    one = spread({"a": 7})
    assert (one.entropy, one.effective_groups, one.biggest_share) == (0, 1, 1)
    assert spread({}).rows == 0


def test_gini_by_its_definition():
    values = [1, 2, 6]
    pairs = [abs(x - y) for x in values for y in values]
    assert gini(values) == pytest.approx(sum(pairs) / (2 * 9 * 3))
    assert gini([0, 0, 0, 8]) == pytest.approx(3 / 4)
    assert gini([]) == gini([0, 0]) == 0


def test_groups_that_could_have_given_rows_count_in_gini_only():
    alone = spread({"a": 4, "b": 4})
    of_four = spread({"a": 4, "b": 4}, supply=["a", "b", "c", "d"])
    assert (alone.gini, of_four.gini) == (0, pytest.approx(0.5))
    assert (of_four.groups, of_four.entropy, of_four.effective_groups) == (alone.groups, alone.entropy, alone.effective_groups)


@given(COUNTS, st.lists(st.text(max_size=2), max_size=6))
def test_measures_stay_in_their_ranges(counts, supply):
    found = spread(counts, supply)
    assert 0 <= found.gini < 1
    assert 0 <= found.biggest_share <= 1
    assert found.entropy >= 0
    if found.rows:
        assert 1 <= found.effective_groups <= found.groups + 1e-9
        assert found.entropy <= math.log(found.groups) + 1e-9


def test_vendi_of_equal_and_of_orthogonal_vectors():
    assert vendi(np.eye(7)) == pytest.approx(7)
    assert vendi(np.ones((7, 3))) == pytest.approx(1)
    assert vendi(np.eye(3)[[0, 0, 1, 1, 2, 2]]) == pytest.approx(3)
    assert vendi(np.vstack([np.eye(3)[[0, 0]], np.zeros((2, 3))])) == pytest.approx(math.exp(1.5 * math.log(2))), "zeros are like nothing"
    assert vendi(np.zeros((4, 3))) == pytest.approx(4)
    assert vendi(np.empty((0, 3))) == 0


@pytest.mark.parametrize("shape", [(6, 40), (40, 6)])
def test_vendi_is_that_of_the_matrix_of_cosines(shape):
    vectors = np.random.default_rng(1).normal(size=shape)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    values = np.linalg.eigvalsh(unit @ unit.T / len(unit))
    values = values[values > 1e-12]
    assert vendi(vectors) == pytest.approx(np.exp(-(values * np.log(values)).sum()))


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 9))
def test_vendi_lies_between_one_and_the_number_of_vectors(rows, dimensions, seed):
    assert 1 - 1e-9 <= vendi(np.random.default_rng(seed).normal(size=(rows, dimensions))) <= min(rows, dimensions) + 1e-9


def test_distances_of_known_shares():
    same = distance({"a": 1, "b": 3}, {"a": 25.0, "b": 75.0})
    assert (same.jensen_shannon, same.total_variation) == (pytest.approx(0), pytest.approx(0))
    apart = distance({"a": 3}, {"a": 0.0, "b": 2.0})
    assert (apart.jensen_shannon, apart.total_variation) == (pytest.approx(1), pytest.approx(1))
    half = distance({"a": 1}, {"a": 1.0, "b": 1.0})
    assert half.total_variation == pytest.approx(0.5)
    divergence = 0.5 * math.log2(1 / 0.75) + 0.5 * (0.5 * math.log2(0.5 / 0.75) + 0.5 * math.log2(0.5 / 0.25))
    assert half.jensen_shannon == pytest.approx(math.sqrt(divergence))


def test_rows_that_the_reference_does_not_know_are_not_compared():
    found = distance({"a": 1, "b": 1, "ZZ": 9}, {"a": 1.0, "b": 1.0})
    assert (found.compared, found.total_variation) == (2, 0)
    nothing = distance({"ZZ": 9}, {"a": 1.0})
    assert (nothing.compared, nothing.jensen_shannon, nothing.total_variation) == (0, None, None)


@given(SHARES, SHARES)
def test_distances_stay_between_none_and_all(counts, reference):
    found = distance(counts, reference)
    if found.jensen_shannon is not None:
        assert 0 <= found.jensen_shannon <= 1
        assert 0 <= found.total_variation <= 1
        # The distance's square is at most the total variation (Lin 1991).
        assert found.jensen_shannon**2 <= found.total_variation + 1e-9


def test_counts_by_country_and_language():
    assert shares_by({("SE", "sv"): 2, ("SE", "en"): 1, ("GB", "en"): 4}, 0) == {"SE": 3, "GB": 4}
    assert shares_by({("SE", "sv"): 2, ("SE", "en"): 1, ("GB", "en"): 4}, 1) == {"sv": 2, "en": 5}


def test_the_reference_has_the_worlds_people_under_codes_of_countries():
    everyone, online = people("population"), people("internet_users")
    assert set(everyone) - {country.alpha_2 for country in pycountry.countries} == {"XK"}
    assert set(online) <= set(everyone)
    assert all(online[country] <= everyone[country] for country in online)
    assert 7.5e9 < sum(everyone.values()) < 8.5e9
    assert 0.6 < sum(online.values()) / sum(everyone.values()) < 0.75
    assert max(everyone, key=everyone.__getitem__) == "IN"
