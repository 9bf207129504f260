"""Checks of the leakage proof."""

from collections.abc import Sequence

from asknews_ner.dataset.leakage.pairs import NEAR
from asknews_ner.evaluate.sets import BENCHMARK
from asknews_ner.factory import pipeline
from asknews_ner.factory.checks.check import Cells, Check, Figure, Finding, Severity
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import LeakageRow

COLUMNS = ("side", "against", "measure", "threshold", "compared", "found", "share", "worst", "examples", "note")
"""Of the proof's table."""


def shown(rows: Sequence[LeakageRow]) -> tuple[tuple[object, ...], ...]:
    """Rows of the proof, as they are shown."""
    return tuple(tuple(_cell(getattr(row, name)) for name in COLUMNS) for row in rows)


def _cell(value: object) -> object:
    return "" if value is None else ", ".join(value) if isinstance(value, tuple) else value


def _nothing_leaks(ws: Workspace, _: Cells) -> Finding:
    rows = [row for row in ws.tables.read("leakage", LeakageRow) if row.blocks]
    found = [row for row in rows if row.found]
    figures = (Figure("compared", len(rows)), Figure("leaks", sum(row.found for row in found)))
    if not pipeline.LEAKAGE.is_current(ws, None):
        return Finding(False, "the proof is not of the present splits: materialise leakage again", figures)
    if not rows:
        return Finding(False, "the proof compares nothing: name measures in leakage.blocking", figures)
    words = "no measure finds a pair in two splits"
    if found:
        one = found[0]
        words = f"{one.measure} finds {one.found} texts of {one.side} in {one.against}: keep them together (dataset.split_by)"
    return Finding(not found, words, figures, COLUMNS, shown(found))


NOTHING_LEAKS = Check(
    "leakage",
    "nothing_leaks",
    "No story, no copy and no near-duplicate stands in two splits, by the measures that the recipe names, and the proof is of the present "
    "splits. ERROR and blocking: scores on such a test split would be too good.",
    Severity.ERROR,
    True,
    "leakage.blocking",
    _nothing_leaks,
)


def _benchmarks_are_unseen(ws: Workspace, _: Cells) -> Finding:
    rows = [row for row in ws.tables.read("leakage", LeakageRow) if row.side.startswith(BENCHMARK) and row.measure in NEAR]
    found = [row for row in rows if row.found]
    words = f"{len(found)} of {len(rows)} comparisons of benchmarks with training find near-duplicates"
    if found:
        words += ": leave these sentences out of the benchmark, or read its scores with care"
    return Finding(not found, words, (Figure("compared", len(rows)),), COLUMNS, shown(found))


BENCHMARKS_ARE_UNSEEN = Check(
    "leakage",
    "benchmarks_are_unseen",
    "No sentence of a benchmark has a near-duplicate in training. WARN: the dataset is sound, a score on those sentences is not.",
    Severity.WARN,
    False,
    "leakage.min_shared_ngrams, min_similarity, min_cosine",
    _benchmarks_are_unseen,
)
