"""Scores made by hand, for tests of what is shown of them."""

from asknews_ner.evaluate.tables.size_scores import SizeScores
from asknews_ner.records import Comparison, Score


def score(model: str, benchmark: str, f1: float, gold: int = 1000, group: str = "all") -> Score:
    return Score(model, benchmark, group, 50, gold, gold, int(gold * f1), f1, f1, f1, f1 - 0.02, f1 + 0.02, 0.5, 1, "as_written", "flat")


def scored(base: float, tuned: float, benchmark: str = "crossner_ai", gold: int = 1000, control: float | None = None) -> SizeScores:
    """One benchmark; the paired intervals are two points to either side."""
    scores = [score("base", benchmark, base, gold), score("tuned", benchmark, tuned, gold)]
    rows = [Comparison(benchmark, "tuned", "base", tuned - base, tuned - base - 0.02, tuned - base + 0.02, 0.01, 0.02, 1)]
    if control is not None:
        scores.append(score("control", benchmark, control, gold))
        rows.append(
            Comparison(benchmark, "tuned", "control", tuned - control, tuned - control - 0.02, tuned - control + 0.02, 0.01, 0.02, 1)
        )
    return SizeScores("small", scores, rows)


def together(*several: SizeScores) -> SizeScores:
    return SizeScores(several[0].size, [row for one in several for row in one.scores], [row for one in several for row in one.comparisons])
