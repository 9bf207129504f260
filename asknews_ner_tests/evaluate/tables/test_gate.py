"""The forgetting gate: what falls, what is exempt, and that nothing passes unjudged."""

import pytest

from asknews_ner.evaluate.tables.gate import forgetting
from asknews_ner.evaluate.tables.size_scores import SizeScores
from asknews_ner.recipe import GateParams, load_recipe
from asknews_ner_tests.evaluate.made_scores import score, scored, together

PARAMS = GateParams(max_fall=0.03, min_gold=100)


@pytest.mark.parametrize(("tuned", "passed"), [(0.55, True), (0.5, True), (0.471, True), (0.469, False), (0.1, False)])
def test_a_fall_beyond_the_margin_is_found(tuned, passed):
    found = forgetting(scored(0.5, tuned), PARAMS)
    assert found.passed is passed
    assert [one.benchmark for one in found.fallen] == ([] if passed else ["crossner_ai"])
    assert ("fell by more than 3 points" in found.words) is not passed


def test_one_fall_among_many_is_enough():
    found = forgetting(together(scored(0.5, 0.6), scored(0.5, 0.4, "mit_movie"), scored(0.2, 0.3, "test split")), PARAMS)
    assert not found.passed and "1 of 2 benchmarks: mit_movie -10.0" in found.words


def test_the_own_test_split_and_tiny_sets_are_shown_and_do_not_count():
    found = forgetting(together(scored(0.5, 0.6), scored(0.9, 0.1, "test split"), scored(0.9, 0.1, "tiny", gold=99)), PARAMS)
    assert found.passed and len(found.judged) == 1
    assert "| test split | 1,000 | -80.0 | -82.0 to -78.0 | exempt: the dataset's own test split" in found.table
    assert "exempt: fewer than 100 gold entities" in found.table


def test_a_gate_that_judged_nothing_lets_nothing_through():
    assert not forgetting(SizeScores("small", [], []), PARAMS).passed
    only_own = forgetting(scored(0.1, 0.9, "test split"), PARAMS)
    assert not only_own.passed and "no benchmark with 100 gold entities" in only_own.words


def test_a_fall_within_the_noise_is_told_from_a_sure_one():
    unsure = forgetting(scored(0.5, 0.49), GateParams(max_fall=0.005, min_gold=100))
    assert not unsure.passed and unsure.fallen[0].words == "FELL, though the interval holds zero"
    allowed = forgetting(scored(0.5, 0.46), GateParams(max_fall=0.1, min_gold=100))
    assert allowed.passed and "sure falls within that margin: crossner_ai -4.0" in allowed.words
    assert allowed.judged[0].words == "passed: a sure fall, within the margin"
    assert forgetting(scored(0.5, 0.4), PARAMS).fallen[0].words == "FELL, and the interval lies below zero"


def test_what_was_not_compared_cannot_pass():
    half = together(scored(0.5, 0.6), SizeScores("small", [score("tuned", "mit_movie", 0.5)], []))
    with pytest.raises(ValueError, match="small, mit_movie: base and tuned were not both scored"):
        forgetting(half, PARAMS)


def test_every_recipe_states_its_margin():
    for name in ("laptop", "archive", "asknews_ner_v0"):
        assert 0 < load_recipe(name).evaluate.gate.max_fall < 0.2
