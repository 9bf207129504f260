"""Scores of base, tuned and control by benchmark, with their intervals, as a picture."""

from collections.abc import Sequence
from typing import Any

from asknews_ner.evaluate.tables.lay_out import Line, ScoreTable
from asknews_ner.evaluate.tables.size_scores import BASE, CONTROL, TUNED
from asknews_ner.report.plots import AFTER, BEFORE, THIRD, figure_png, new_figure

_COLOURS = {BASE: BEFORE, TUNED: AFTER, CONTROL: THIRD}


def score_png(tables: Sequence[ScoreTable], title: str) -> bytes:
    """PNG, 1100 pixels wide: one row for each set that was scored, a mark and a 95 % interval for each model; missing sets are counted."""
    lines = [line for table in tables for line in table.lines]
    missing = sum(len(table.missing) for table in tables)
    figure, axes = new_figure(11, 1.4 + 0.5 * max(len(lines), 1))
    labelled: set[str] = set()
    for place, line in enumerate(lines):
        for shift, model in zip((-0.22, 0.0, 0.22), (BASE, TUNED, CONTROL), strict=True):
            _mark(axes, line, model, place + shift, labelled)
    axes.set_yticks(range(len(lines)), [line.title for line in lines])
    axes.set_ylim(max(len(lines), 1) - 0.5, -0.5)
    axes.set_xlim(0, 100)
    axes.set_xlabel("micro-F1 of exact spans, points, with 95 % bootstrap intervals")
    axes.set_title(title + (f" ({missing} sets of the tables are missing)" if missing else ""), loc="left")
    if labelled:
        axes.legend(frameon=False, loc="lower right")
    figure.tight_layout()
    return figure_png(figure)


def _mark(axes: Any, line: Line, model: str, place: float, labelled: set[str]) -> None:
    score = {BASE: line.base, TUNED: line.tuned, CONTROL: line.control}[model]
    if score is None:
        return
    axes.plot([100 * score.f1_low, 100 * score.f1_high], [place, place], color=_COLOURS[model], linewidth=3, solid_capstyle="round")
    axes.plot([100 * score.f1], [place], "o", color=_COLOURS[model], label=None if model in labelled else model)
    labelled.add(model)
