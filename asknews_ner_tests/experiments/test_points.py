"""Points and comparisons, counted again by other means."""

from statistics import mean

import numpy as np
import pytest

from asknews_ner.experiments.cells import Trial, cell_file, read_trial, write_trial
from asknews_ner.experiments.points import ALL, WORST, Drawn, Setting, Trained, comparisons, points, scores
from asknews_ner.experiments.records import ExperimentTest
from asknews_ner.recipe import load_recipe

PARAMS = load_recipe("laptop").experiments.model_copy(update={"bootstrap_samples": 300})
SETS = [
    ExperimentTest("one", "en", "LATIN", ("person",), 60, 60, 0, 0),
    ExperimentTest("two", "de", "LATIN", ("person",), 40, 40, 0, 0),
    ExperimentTest("three", "ru", "CYRILLIC", ("person",), 50, 50, 0, 0),
]


def trial(share: float, seed: int) -> Trial:
    """One gold entity a sentence, of which this share is found, and nothing wrong."""
    random = np.random.default_rng(seed)
    counts = {}
    for test in SETS:
        right = (random.random(test.sentences) < share).astype(np.int64)
        counts[test.test] = np.stack([np.ones(test.sentences, dtype=np.int64), right, right], axis=1)
    return Trial(f"{share}-{seed}", 10 + seed, counts, 1.5, 2)


def drawn(shares: dict[str, float]) -> tuple[Drawn, list[Trained]]:
    trained = [Trained(Setting("crf", arm, 0), seed, trial(share, seed)) for arm, share in shares.items() for seed in (1, 2, 3)]
    return Drawn(trained, SETS, PARAMS, 5), trained


def f1(one: Trial, name: str) -> float:
    gold, predicted, correct = one.counts[name].sum(axis=0)
    return 2 * correct / (gold + predicted)


def test_a_point_is_the_mean_over_sets_and_trainings():
    made, trained = drawn({"good": 0.8, "bad": 0.3})
    found = {(point.arm, point.group): point for point in points(made)}
    assert {group for _, group in found} == {ALL, "language=en", "language=de", "language=ru", "script=LATIN", "script=CYRILLIC"}
    for arm in ("good", "bad"):
        own = [one.trial for one in trained if one.setting.arm == arm]
        assert found[arm, ALL].f1 == pytest.approx(mean(f1(one, test.test) for one in own for test in SETS), abs=1e-6)
        assert found[arm, "script=LATIN"].f1 == pytest.approx(mean(f1(one, name) for one in own for name in ("one", "two")), abs=1e-6)
        assert found[arm, ALL].low < found[arm, ALL].f1 < found[arm, ALL].high
        assert (found[arm, ALL].seeds, found[arm, ALL].rows, found[arm, ALL].tests) == (3, 12, 3)


def test_a_large_difference_is_seen_and_none_is_not():
    made, _ = drawn({"good": 0.8, "bad": 0.3, "same": 0.3})
    good, bad, same = (Setting("crf", arm, 0) for arm in ("good", "bad", "same"))
    found = {(one.one, one.other, one.group): one for one in comparisons(made, [(good, bad), (bad, good), (bad, same)])}
    assert found["good", "bad", ALL].verdict == found["good", "bad", WORST].verdict == "better"
    assert found["bad", "good", ALL].verdict == "worse"
    assert found["bad", "same", ALL].verdict == "no difference shown"
    assert found["bad", "same", ALL].difference == 0
    alone = comparisons(made, [(good, bad)])[0]
    assert found["good", "bad", ALL].high - found["good", "bad", ALL].low > alone.high - alone.low  # widened for three comparisons


def test_the_worst_language_is_the_lowest_of_the_means():
    made, trained = drawn({"good": 0.8})
    by_language = [mean(f1(one.trial, test.test) for one in trained) for test in SETS]
    assert made.worst(Setting("crf", "good", 0))[0] == pytest.approx(min(by_language))


def test_scores_are_the_counts_of_the_trainings():
    _, trained = drawn({"good": 0.8})
    for row in scores(trained, SETS):
        assert row.f1 == pytest.approx(2 * row.correct / (row.gold + row.predicted), abs=1e-6)
    assert sum(row.gold for row in scores(trained, SETS)) == 3 * 150


def test_a_training_is_read_as_it_was_written(tmp_path):
    one = trial(0.5, 9)
    write_trial(tmp_path, one)
    back = read_trial(tmp_path, one.key)
    assert back is not None
    assert (back.key, back.rows, back.seconds, back.best_epoch) == (one.key, one.rows, one.seconds, one.best_epoch)
    assert all((back.counts[name] == counts).all() for name, counts in one.counts.items())
    assert read_trial(tmp_path, "another") is None
    cell_file(tmp_path, "another").write_text(cell_file(tmp_path, one.key).read_text())
    assert read_trial(tmp_path, "another") is None, "a file of another training under this name is not taken"
