"""The study's second figure: F1 by number of rows, one line a source, a row of panels a language, a panel a regime.

The same function draws our scores and the study's released ones, alone or as pale lines behind ours."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from asknews_ner.low_resource.study.records import HUMAN, NO_ROWS, WIKIANN, CurvePoint
from asknews_ner.report.plots import AFTER, INK, THIRD, new_figure

_REGIMES = {"scratch": "from scratch", "related": "after a related language", "gliner": "GLiNER"}
_COLOURS = {
    HUMAN: INK,
    "gpt-4.1": AFTER,
    "llama-3.1-8b-instruct": THIRD,
    "aya-expanse-32b": "#2563eb",
    WIKIANN: "#9aa5b1",
    NO_ROWS: "#b91c1c",
}
_LEGEND_INCHES = 0.65
_FURTHER = ("#7c3aed", "#be185d", "#0891b2", "#65a30d", "#854d0e")
_LABELS = {NO_ROWS: "related language only, no rows"}


def study_figure(points: Sequence[CurvePoint], reference: Sequence[CurvePoint], names: Mapping[str, str], reference_words: str = "") -> Any:
    """A matplotlib figure. `reference`: drawn dashed and pale, without intervals, in the panels of the same language and regime.

    `names`: of languages, in the order of the rows; languages without a point of either kind are left out."""
    drawn = {(point.language, point.regime) for point in (*points, *reference) if point.size >= 0}
    languages = [code for code in names if any(code == language for language, _ in drawn)]
    regimes = [regime for regime in _REGIMES if any(regime == found for _, found in drawn)]
    rows, columns = max(1, len(languages)), max(1, len(regimes))
    height = 2.7 * rows + _LEGEND_INCHES
    figure, axes = new_figure(5.2 * columns, height, rows, columns)
    grid = _as_grid(axes, rows, columns)
    colours = _colours_of([*points, *reference])
    largest = max((point.size for point in (*points, *reference)), default=1000)
    for row, language in enumerate(languages):
        for column, regime in enumerate(regimes):
            panel = grid[row][column]
            _lines(panel, [one for one in reference if (one.language, one.regime) == (language, regime)], colours, pale=True)
            _lines(panel, [one for one in points if (one.language, one.regime) == (language, regime)], colours, pale=False)
            _frame(panel, f"{names[language]}, {_REGIMES[regime]}", largest)
            if column == 0:
                panel.set_ylabel("F1 on human test data")
    _legend(figure, colours, reference_words if reference and points else "")
    figure.tight_layout(rect=(0, _LEGEND_INCHES / height, 1, 1))
    return figure


def _lines(panel: Any, points: Sequence[CurvePoint], colours: Mapping[str, str], pale: bool) -> None:
    known = sorted((point for point in points if point.size >= 0), key=lambda point: (point.source, point.size))
    for source, of_source in groupby(known, key=lambda point: point.source):
        line = list(of_source)
        sizes, figures = [point.size for point in line], [100 * point.f1 for point in line]
        style = {"linestyle": "--", "linewidth": 1, "alpha": 0.45} if pale else {"linestyle": "-", "linewidth": 1.6}
        marker = "D" if source == NO_ROWS else "o"
        panel.plot(sizes, figures, color=colours[source], marker=marker, markersize=3 if pale else 4, **style)
        band = [(point.size, 100 * point.low, 100 * point.high) for point in line if point.low is not None and point.high is not None]
        if band and not pale:
            places, low, high = zip(*band, strict=True)
            panel.fill_between(places, low, high, color=colours[source], alpha=0.15)
            panel.vlines(places, low, high, color=colours[source], linewidth=1)


def _frame(panel: Any, title: str, largest: int) -> None:
    ticks = [0, *(size for size in (100, 250, 500, 1000, 2500, 5000) if size <= largest)]
    panel.set_xscale("symlog", linthresh=100, linscale=0.6)
    panel.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    panel.minorticks_off()
    panel.set_xlim(-8, largest * 1.15)
    panel.set_ylim(0, 100)
    panel.grid(axis="y", alpha=0.25)
    panel.set_title(title, loc="left")
    panel.set_xlabel("training rows of the language")


def _legend(figure: Any, colours: Mapping[str, str], reference_words: str) -> None:
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], color=colour, marker="D" if source == NO_ROWS else "o", markersize=4, label=_LABELS.get(source, source))
        for source, colour in colours.items()
    ]
    if reference_words:
        marks.append(Line2D([], [], color=INK, linestyle="--", linewidth=1, alpha=0.45, label=reference_words))
    figure.legend(handles=marks, loc="lower center", ncols=3, frameon=False)


def _colours_of(points: Sequence[CurvePoint]) -> dict[str, str]:
    """Known sources in their order, then others by name."""
    sources = {point.source for point in points if point.size >= 0}
    further = iter(_FURTHER * (1 + len(sources) // len(_FURTHER)))
    known = [source for source in _COLOURS if source in sources]
    return {source: _COLOURS.get(source) or next(further) for source in (*known, *sorted(sources - set(_COLOURS)))}


def _as_grid(axes: Any, rows: int, columns: int) -> list[list[Any]]:
    flat = list(axes.flat) if hasattr(axes, "flat") else [axes]
    return [flat[row * columns : (row + 1) * columns] for row in range(rows)]
