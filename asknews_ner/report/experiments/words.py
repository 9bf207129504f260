"""What the sections of experiments have in common: figures in points, verdicts in words, tables of points."""

from collections.abc import Sequence
from dataclasses import dataclass

from asknews_ner.experiments.points import ALL, WORST, Drawn
from asknews_ner.experiments.records import ExperimentComparison, ExperimentPoint, ExperimentTest
from asknews_ner.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Common:
    """What every template of an experiment shows. `languages`: a row for each arm: (family, arm, F1 by language as text)."""

    recipe: Recipe
    annotator: str
    minutes: float
    tests: Sequence[ExperimentTest]
    columns: Sequence[str]
    languages: Sequence[tuple[str, str, Sequence[str]]]
    comparisons: Sequence[ExperimentComparison]


def common(
    recipe: Recipe, drawn: Drawn, found: Sequence[ExperimentPoint], judged: Sequence[ExperimentComparison], annotator: str, seconds: float
) -> Common:
    """Test sets, points by language, comparisons."""
    columns = sorted({test.language for test in drawn.tests.values()})
    return Common(recipe, annotator, seconds / 60, list(drawn.tests.values()), columns, by_group(found, "language", columns), judged)


def by_group(found: Sequence[ExperimentPoint], kind: str, columns: Sequence[str]) -> list[tuple[str, str, Sequence[str]]]:
    """Rows of a table of F1: a column for each group of a kind (language, script)."""
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for point in found:
        if point.group.startswith(f"{kind}="):
            rows.setdefault((point.family, point.arm), {})[point.group.removeprefix(f"{kind}=")] = points_of(point.f1)
    return [(family, arm, [values.get(column, "–") for column in columns]) for (family, arm), values in sorted(rows.items())]


def points_of(f1: float) -> str:
    """F1 as points with one decimal."""
    return f"{100 * f1:.1f}"


def with_interval(value: float, low: float, high: float, sign: bool = False) -> str:
    """A figure in points with its interval."""
    form = "{:+.1f}" if sign else "{:.1f}"
    return f"{form.format(100 * value)} ({form.format(100 * low)} to {form.format(100 * high)})"


def judgement(judged: Sequence[ExperimentComparison]) -> str:
    """Comparisons of one arm with several others as half a sentence."""
    forms = (("better", "better than {}"), ("worse", "worse than {}"), ("no difference shown", "not shown to differ from {}"))
    parts = []
    for verdict, words in forms:
        if names := [one.other for one in judged if one.verdict == verdict]:
            parts.append(words.format(f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]))
    return "; ".join(parts)


def overall(judged: Sequence[ExperimentComparison]) -> list[ExperimentComparison]:
    """Comparisons over all sets."""
    return [one for one in judged if one.group == ALL]


def of_worst(judged: Sequence[ExperimentComparison]) -> list[ExperimentComparison]:
    """Comparisons on the worst language."""
    return [one for one in judged if one.group == WORST]


def best_first(found: Sequence[ExperimentPoint]) -> list[ExperimentPoint]:
    """Points over all sets, the best first, families together."""
    return sorted((point for point in found if point.group == ALL), key=lambda point: (point.family, -point.f1, point.arm))
