"""Scores laid out as tables: base, tuned and their difference on each set, means, and the sets that are missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from asknews_ner.evaluate.tables.plans import PAPER_TABLES, TablePlan
from asknews_ner.evaluate.tables.size_scores import BASE, CONTROL, TUNED, SizeScores
from asknews_ner.records import Comparison, Score

OWN_TABLE = "Other benchmarks, the project's own among them"


@dataclass(frozen=True)
class Line:
    """One set: the scores of the models, and the tuned model against base and control (paired)."""

    title: str
    base: Score | None
    tuned: Score | None
    control: Score | None
    against_base: Comparison | None
    against_control: Comparison | None

    @property
    def some(self) -> Score | None:
        """Any of its scores: they share sentences and gold."""
        return self.base or self.tuned or self.control


@dataclass(frozen=True)
class Means:
    """Plain means of F1 over the sets that have both scores, as GLiNER's evaluation averages."""

    sets: int
    base: float
    tuned: float


@dataclass(frozen=True)
class ScoreTable:
    """A table with its lines; `missing`: sets that belong in it and were not scored. A table of the paper has means, for its sets were
    chosen to be averaged; the others' mean would say nothing."""

    title: str
    lines: Sequence[Line]
    missing: Sequence[str]
    averaged: bool = True

    @property
    def means(self) -> Means | None:
        """None where no set has both scores, or they are not to be averaged."""
        if not self.averaged:
            return None
        pairs = [(line.base.f1, line.tuned.f1) for line in self.lines if line.base and line.tuned]
        return Means(len(pairs), fmean(base for base, _ in pairs), fmean(tuned for _, tuned in pairs)) if pairs else None


def lay_out(one: SizeScores, plans: Sequence[TablePlan] = PAPER_TABLES) -> list[ScoreTable]:
    """A table for each plan, then one of the benchmarks that stand in no plan. A set that was not scored is listed as missing."""
    tables = []
    planned: set[str] = set()
    for plan in plans:
        scored = {entry: [name for name in one.benchmarks if entry.means(name)] for entry in plan.sets}
        planned.update(name for names in scored.values() for name in names)
        lines = [_line(one, name, entry.title) for entry, names in scored.items() for name in names]
        tables.append(ScoreTable(plan.title, lines, [entry.title for entry, names in scored.items() if not names]))
    others = [_line(one, name, name) for name in one.benchmarks if name not in planned]
    return [*tables, ScoreTable(OWN_TABLE, others, [], averaged=False)]


def _line(one: SizeScores, benchmark: str, title: str) -> Line:
    base, tuned, control = (one.score(model, benchmark) for model in (BASE, TUNED, CONTROL))
    return Line(title, base, tuned, control, one.comparison(BASE, benchmark), one.comparison(CONTROL, benchmark))
