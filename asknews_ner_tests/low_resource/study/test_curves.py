"""Points with intervals, and the answer by its rule."""

import pytest

from asknews_ner.low_resource.study.answer import answers, sentence
from asknews_ner.low_resource.study.curves import points
from asknews_ner_tests.low_resource.study.made import REPORT, result


def test_a_point_is_the_mean_of_its_seeds_within_its_interval():
    (point,) = points([result("human", 100, seed, correct) for seed, correct in ((1, 10), (2, 20), (3, 30))], REPORT, 1)
    figures = [2 * correct / (40 + correct) for correct in (10, 20, 30)]
    assert point.f1 == pytest.approx(sum(figures) / 3, abs=1e-6)
    assert point.low is not None
    assert point.high is not None
    assert 0 < point.low < point.f1 < point.high < 1
    assert point.seeds == 3
    narrow = points([result("human", 100, seed, 20) for seed in (1, 2, 3)], REPORT, 1)[0]
    assert narrow.high is not None
    assert narrow.low is not None
    assert narrow.high - narrow.low < point.high - point.low  # seeds that differ widen it


def three(source, size, correct, regime="scratch"):
    return [result(source, size, seed, correct, regime) for seed in (1, 2, 3)]


@pytest.mark.parametrize(
    ("human", "model", "nothing", "verdict"),
    [
        (10, 38, 5, "replaces"),
        (38, 20, 5, "helps"),
        (38, 20, 19, "undecided"),
        (38, 5, 25, "harms"),
        (20, 21, 5, "helps"),  # not surely above the human rows
    ],
)
def test_the_rule_on_made_scores(human, model, nothing, verdict):
    made = [*three("human", 100, human, "related"), *three("m", 2500, model, "related"), *three("none", 0, nothing, "related")]
    (found,) = answers([*made, *three("m", 100, 40, "related")], REPORT, 1)
    assert (found.verdict, found.rows, found.human_size, found.regime) == (verdict, 2500, 100, "related")
    words = sentence("Danish", [found])
    assert words.startswith("Danish: ")
    assert "2500 rows of m" in words
    assert f"{100 * found.f1:.1f}" in words


def test_from_scratch_the_alternative_is_nothing_and_more_sources_widen_the_interval():
    made = [*three("human", 100, 30), *three("m", 100, 20)]
    (alone,) = answers(made, REPORT, 1)
    assert (alone.baseline, alone.verdict, alone.regime) == (0.0, "helps", "scratch")
    among = next(one for one in answers([*made, *three("n", 100, 1), *three("o", 100, 0)], REPORT, 1) if one.source == "m")
    assert among.gain_low <= alone.gain_low < alone.gain_high <= among.gain_high
    assert "Others: n" in sentence("Danish", answers([*made, *three("n", 100, 1)], REPORT, 1))


def test_no_scores_are_no_answer():
    assert answers(three("human", 100, 20), REPORT, 1) == []
    with pytest.raises(ValueError, match="no source of synthetic rows"):
        sentence("Danish", [])
