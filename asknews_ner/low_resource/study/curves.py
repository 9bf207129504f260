"""Scores of several trainings as points of a curve, with intervals over test sentences and seeds."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import mean, stdev

import numpy as np

from asknews_ner.evaluate.scores.counts import Floats
from asknews_ner.evaluate.scores.resampling import resampled_f1
from asknews_ner.low_resource.study.cell_files import CellResult
from asknews_ner.low_resource.study.records import CurvePoint
from asknews_ner.recipe import StudyReportParams

Key = tuple[str, str, str, int]
"""Language, regime, source, size."""


def grouped(results: Sequence[CellResult]) -> dict[Key, list[CellResult]]:
    """Trainings that differ in the seed alone."""
    found: dict[Key, list[CellResult]] = defaultdict(list)
    for result in results:
        score = result.score
        found[score.language, score.regime, score.source, score.size].append(result)
    return dict(found)


def drawn_f1(results: Sequence[CellResult], params: StudyReportParams, seed: int) -> Floats:
    """[samples]: mean F1 over trainings, for drawn test sentences and drawn trainings.

    Test sentences are drawn by language and `seed` alone, so that differences between sources and sizes are paired on them; trainings are
    drawn apart for each group, since their seeds have nothing in common with another group's."""
    score = results[0].score
    by_training = resampled_f1([result.counts for result in results], params.bootstrap_samples, seed, score.language)
    name = f"{score.regime}/{score.source}/{score.size}"
    random = np.random.default_rng([seed, *name.encode()])
    drawn = random.integers(0, len(results), size=(len(results), params.bootstrap_samples))
    return np.asarray(np.take_along_axis(by_training, drawn, axis=0).mean(axis=0), dtype=np.float64)


def interval_of(drawn: Floats, confidence: float) -> tuple[float, float]:
    """Percentile interval."""
    outside = 50 * (1 - confidence)
    low, high = np.percentile(drawn, [outside, 100 - outside])
    return float(low), float(high)


def points(results: Sequence[CellResult], params: StudyReportParams, seed: int) -> list[CurvePoint]:
    """One point for each source and size, in the order of language, regime, source and size."""
    found = []
    for (language, regime, source, size), of_seeds in sorted(grouped(results).items()):
        figures = [result.score.f1 for result in of_seeds]
        low, high = interval_of(drawn_f1(of_seeds, params, seed), params.confidence)
        spread = round(stdev(figures), 6) if len(figures) > 1 else None
        f1 = mean(figures)
        found.append(CurvePoint(language, regime, source, size, len(figures), round(f1, 6), round(low, 6), round(high, 6), spread))
    return found
