"""Scores laid out as tables: base, tuned and their difference on each set, means, and the sets that are missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from asknews_ner.evaluate.benchmarks.registry import RegisteredSet, SetGroup, registered, registered_sets
from asknews_ner.evaluate.tables.size_scores import BASE, CONTROL, TUNED, SizeScores
from asknews_ner.records import Comparison, Score

PAPER_TABLES: Mapping[SetGroup, str] = {"zero_shot": "Table 1: 18 sets", "out_of_domain": "Table 2: 7 sets of other domains"}
"""The paper's tables; which sets stand in them is said by the registry of benchmarks."""
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
    missing: Sequence[RegisteredSet]
    averaged: bool = True

    @property
    def means(self) -> Means | None:
        """None where no set has both scores, or they are not to be averaged."""
        if not self.averaged:
            return None
        pairs = [(line.base.f1, line.tuned.f1) for line in self.lines if line.base and line.tuned]
        return Means(len(pairs), fmean(base for base, _ in pairs), fmean(tuned for _, tuned in pairs)) if pairs else None


def lay_out(one: SizeScores) -> list[ScoreTable]:
    """The paper's tables, then one of the other benchmarks. A set of the paper that was not scored is listed as missing."""
    known = {name: registered(name) for name in one.benchmarks}
    tables = []
    for group, title in PAPER_TABLES.items():
        sets = [entry for entry in registered_sets() if entry.group == group]
        scored = {entry.name: [name for name, found in known.items() if found is entry] for entry in sets}
        lines = [_line(one, name, entry.name) for entry in sets for name in scored[entry.name]]
        tables.append(ScoreTable(title, lines, [entry for entry in sets if not scored[entry.name]]))
    others = [_line(one, name, name) for name, found in known.items() if found is None]
    return [*tables, ScoreTable(OWN_TABLE, others, [], averaged=False)]


def _line(one: SizeScores, benchmark: str, title: str) -> Line:
    base, tuned, control = (one.score(model, benchmark) for model in (BASE, TUNED, CONTROL))
    return Line(title, base, tuned, control, one.comparison(BASE, benchmark), one.comparison(CONTROL, benchmark))
