"""Pictures of experiments: arms side by side, and F1 by number of rows with its law."""

from collections.abc import Sequence
from typing import Any

from asknews_ner.experiments.power_law import ScalingFit, at
from asknews_ner.experiments.records import ExperimentPoint
from asknews_ner.report.plots import AFTER, BEFORE, INK, THIRD, figure_svg, markdown_picture, new_figure

_COLOURS = (AFTER, THIRD, INK, BEFORE, "#2563eb", "#7c3aed")
_STEPS = 60


def arms_figure(points: Sequence[ExperimentPoint]) -> Any:
    """A line for each arm (and family, where there are several): mean F1 with its interval."""
    families = list(dict.fromkeys(point.family for point in points))
    ordered = sorted(points, key=lambda point: (point.family, -point.f1))
    figure, axes = new_figure(9, 0.9 + 0.42 * len(ordered))
    for place, point in enumerate(ordered):
        colour = _COLOURS[families.index(point.family) % len(_COLOURS)]
        axes.plot([100 * point.low, 100 * point.high], [place, place], color=colour, linewidth=3, solid_capstyle="round")
        axes.plot([100 * point.f1], [place], "o", color=colour)
    words = [f"{point.family}: {point.arm}" if len(families) > 1 else point.arm for point in ordered]
    axes.set_yticks(range(len(ordered)), words)
    axes.set_ylim(len(ordered) - 0.5, -0.5)
    axes.set_xlabel("mean micro-F1 over test sets, points, with intervals over sentences and trainings")
    axes.grid(axis="x", alpha=0.25)
    return figure


def arms_svg(points: Sequence[ExperimentPoint]) -> str:
    """For a page."""
    return figure_svg(arms_figure(points))


def arms_picture(points: Sequence[ExperimentPoint], words: str) -> str:
    """For the web UI."""
    return markdown_picture(arms_figure(points), words)


def scaling_figure(points: Sequence[ExperimentPoint], fits: Sequence[ScalingFit]) -> Any:
    """Mean F1 by number of rows with intervals, and the law up to twice the largest size."""
    ordered = sorted(points, key=lambda point: point.rows)
    figure, axes = new_figure(9, 4)
    for point in ordered:
        axes.plot([point.rows, point.rows], [100 * point.low, 100 * point.high], color=AFTER, linewidth=3, solid_capstyle="round")
    axes.plot([point.rows for point in ordered], [100 * point.f1 for point in ordered], "o", color=AFTER, label="measured")
    for fit in fits:
        law, first, last = (fit.floor, fit.scale, fit.exponent), ordered[0].rows, 2 * fit.largest
        rows = [first * (last / first) ** (step / _STEPS) for step in range(_STEPS + 1)]
        axes.plot(rows, [100 * at(law, one) for one in rows], "--", color=INK, linewidth=1, label="power law")
        axes.plot([last, last], [100 * fit.doubled_low, 100 * fit.doubled_high], color=THIRD, linewidth=3, solid_capstyle="round")
        axes.plot([last], [100 * fit.doubled_f1], "D", color=THIRD, label="forecast for twice as many")
    ticks = sorted({point.rows for point in ordered} | {2 * fit.largest for fit in fits})
    axes.set_xscale("log")
    axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.minorticks_off()
    axes.set_xlabel("articles trained on")
    axes.set_ylabel("mean micro-F1 over test sets, points")
    axes.grid(alpha=0.25)
    axes.legend(frameon=False, loc="lower right")
    return figure


def scaling_svg(points: Sequence[ExperimentPoint], fits: Sequence[ScalingFit]) -> str:
    """For a page."""
    return figure_svg(scaling_figure(points, fits))


def scaling_picture(points: Sequence[ExperimentPoint], fits: Sequence[ScalingFit]) -> str:
    """For the web UI."""
    return markdown_picture(scaling_figure(points, fits), "mean F1 by number of articles")
