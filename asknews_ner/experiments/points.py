"""Trainings → points with intervals, and one arm against another. Intervals are over test sentences and over trainings."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, stdev
from typing import NamedTuple

import numpy as np

from asknews_ner.evaluate.scores.counts import Floats, f1_of_counts
from asknews_ner.evaluate.scores.resampling import resampled_f1
from asknews_ner.experiments.cells import Trial
from asknews_ner.experiments.records import ExperimentComparison, ExperimentPoint, ExperimentScore, ExperimentTest
from asknews_ner.recipe import ExperimentParams

ALL, WORST = "all", "worst language"


class Setting(NamedTuple):
    """Trainings that differ in the seed alone. `size`: asked for; in `scaling` one arm has several."""

    family: str
    arm: str
    size: int


@dataclass(frozen=True, slots=True)
class Trained:
    """One training of a setting."""

    setting: Setting
    seed: int
    trial: Trial


class Drawn:
    """Bootstrap draws of every setting: test sentences are drawn by set and seed alone, so that settings are paired on them; trainings
    are drawn apart for each setting, since they have nothing in common with another's."""

    def __init__(self, trained: Sequence[Trained], tests: Sequence[ExperimentTest], params: ExperimentParams, seed: int) -> None:
        self._params, self._seed = params, seed
        self.tests = {test.test: test for test in tests}
        self.of: dict[Setting, list[Trained]] = defaultdict(list)
        for one in trained:
            self.of[one.setting].append(one)
        self._draws: dict[tuple[Setting, str], Floats] = {}

    def groups(self) -> dict[str, list[str]]:
        """Names of test sets by group: all of them, each language, each script."""
        found: dict[str, list[str]] = {ALL: sorted(self.tests)}
        for name, test in sorted(self.tests.items()):
            for group in (f"language={test.language}", f"script={test.script}"):
                found.setdefault(group, []).append(name)
        return found

    def f1(self, setting: Setting, group: Sequence[str]) -> list[float]:
        """[trainings]: mean over sets of micro-F1."""
        return [mean(f1_of_counts(one.trial.counts[name]) for name in group) for one in self.of[setting]]

    def draws(self, setting: Setting, group: Sequence[str]) -> Floats:
        """[samples]: mean F1 over sets and drawn trainings, for drawn test sentences."""
        return np.asarray(np.mean([self._of_set(setting, name) for name in group], axis=0), dtype=np.float64)

    def everything(self, setting: Setting) -> tuple[float, Floats]:
        """(mean over all sets and trainings, [samples] of the same)."""
        names = sorted(self.tests)
        return mean(self.f1(setting, names)), self.draws(setting, names)

    def worst(self, setting: Setting) -> tuple[float, Floats]:
        """(lowest mean over the sets of a language, [samples] of the same)."""
        languages = [names for group, names in self.groups().items() if group.startswith("language=")]
        return (
            min(mean(self.f1(setting, names)) for names in languages),
            np.asarray(np.min([self.draws(setting, names) for names in languages], axis=0), dtype=np.float64),
        )

    def interval(self, draws: Floats, comparisons: int = 1) -> tuple[float, float]:
        """Percentile interval, widened for a number of comparisons."""
        outside = 50 * (1 - self._params.confidence) / comparisons
        low, high = np.percentile(draws, [outside, 100 - outside])
        return round(float(low), 6), round(float(high), 6)

    def _of_set(self, setting: Setting, name: str) -> Floats:
        if (setting, name) not in self._draws:
            counts = [one.trial.counts[name] for one in self.of[setting]]
            by_training = resampled_f1(counts, self._params.bootstrap_samples, self._seed, name)
            # The same trainings are drawn for all sets of a setting: a training is good or bad as a whole.
            random = np.random.default_rng([self._seed, *"/".join(map(str, setting)).encode()])
            chosen = random.integers(0, len(counts), size=by_training.shape)
            self._draws[setting, name] = np.take_along_axis(by_training, chosen, axis=0).mean(axis=0)
        return self._draws[setting, name]


def points(drawn: Drawn) -> list[ExperimentPoint]:
    """One point for each setting and group."""
    found = []
    for setting, trained in sorted(drawn.of.items()):
        rows = round(mean(one.trial.rows for one in trained))
        for group, names in drawn.groups().items():
            figures = drawn.f1(setting, names)
            low, high = drawn.interval(drawn.draws(setting, names))
            spread = round(stdev(figures), 6) if len(figures) > 1 else None
            f1 = round(mean(figures), 6)
            found.append(ExperimentPoint(setting.family, setting.arm, rows, group, len(names), len(figures), f1, low, high, spread))
    return found


def comparisons(drawn: Drawn, pairs: Sequence[tuple[Setting, Setting]]) -> list[ExperimentComparison]:
    """Each pair on the mean over all sets, and on the worst language. Intervals are widened for the number of pairs."""
    found = []
    for one, other in pairs:
        for group, of in ((ALL, drawn.everything), (WORST, drawn.worst)):
            (left, left_draws), (right, right_draws) = of(one), of(other)
            low, high = drawn.interval(left_draws - right_draws, len(pairs))
            difference = round(left - right, 6)
            found.append(ExperimentComparison(one.family, one.arm, other.arm, group, difference, low, high, verdict(low, high)))
    return found


def verdict(low: float, high: float) -> str:
    """What an interval of a difference says."""
    return "better" if low > 0 else "worse" if high < 0 else "no difference shown"


def scores(trained: Sequence[Trained], tests: Sequence[ExperimentTest]) -> list[ExperimentScore]:
    """One row for each training and test set."""
    found = []
    for one in trained:
        for test in tests:
            gold, predicted, correct = (int(value) for value in one.trial.counts[test.test].sum(axis=0))
            f1 = round(f1_of_counts(one.trial.counts[test.test]), 6)
            found.append(
                ExperimentScore(
                    one.setting.family, one.setting.arm, one.trial.rows, one.seed, test.test, test.language, gold, predicted, correct, f1,
                    round(one.trial.seconds, 1),
                )
            )  # fmt: skip
    return found
