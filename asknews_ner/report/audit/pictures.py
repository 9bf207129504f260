"""The audit's pictures. Each shows rows of its tables; what it says stands beside it in words and in a table."""

from collections.abc import Sequence
from typing import Any

from asknews_ner.report.audit.records import Gap, StageSpread, Survival
from asknews_ner.report.plots import AFTER, BEFORE, INK, THIRD, new_figure


def collecting(rows: Sequence[Gap]) -> Any:
    """Share of the pool beside the share of the world's readers, of the pairs that lack most."""
    figure, axes = new_figure(8, 1.0 + 0.24 * len(rows))
    for place, row in enumerate(rows):
        axes.plot([100 * row.share, 100 * row.target], [place, place], color=BEFORE, linewidth=2, zorder=1)
    places = range(len(rows))
    axes.scatter([100 * row.target for row in rows], places, marker="D", s=28, color=THIRD, label="share of the world's readers", zorder=2)
    axes.scatter([100 * row.share for row in rows], places, s=28, color=AFTER, label="share of the pool", zorder=3)
    axes.set_yticks(list(places), [f"{row.country} {row.language}" for row in rows])
    axes.invert_yaxis()
    axes.set_xlabel("share, %")
    axes.set_xlim(left=-0.2)
    axes.legend(frameon=False, loc="lower right")
    return figure


def faring(rows: Sequence[Survival]) -> Any:
    """Survival of groups with its interval, against the mean of all."""
    figure, axes = new_figure(8, 1.2 + 0.24 * len(rows))
    colours = {"below": THIRD, "above": AFTER}
    for place, row in enumerate(rows):
        colour = colours.get(row.verdict, BEFORE)
        axes.plot([100 * row.low, 100 * row.high], [place, place], color=colour, linewidth=3, solid_capstyle="round")
        axes.plot([100 * row.survival], [place], "o", color=colour if row.verdict else INK, markersize=5)
    if rows:
        axes.axvline(100 * rows[0].mean, color=INK, linewidth=0.8, linestyle=":")
        axes.annotate("all articles", (100 * rows[0].mean, 1.01), xycoords=("data", "axes fraction"), fontsize=8, ha="center")
    axes.set_yticks(list(range(len(rows))), [f"{row.group or 'not known'} ({row.kind})" for row in rows])
    axes.invert_yaxis()
    axes.set_xlim(0, 102)
    axes.set_xlabel("articles that stayed, %")
    return figure


def evenness(rows: Sequence[StageSpread], stages: Sequence[str], words: Sequence[str]) -> Any:
    """Effective numbers of countries, languages and publishers from stage to stage, each on a scale of its own."""
    kinds = (("country", "countries", AFTER), ("language", "languages", THIRD), ("publisher", "publishers", INK))
    figure, axes = new_figure(9, 3.2, columns=len(kinds))
    found = {(row.kind, row.stage): row.effective_groups for row in rows}
    for place, (kind, title, colour) in zip(axes, kinds, strict=True):
        place.plot(range(len(stages)), [found.get((kind, stage), 0.0) for stage in stages], marker="o", color=colour, markersize=4)
        place.set_xticks(range(len(stages)), words, rotation=90, fontsize=8)
        place.set_ylim(bottom=0)
        place.set_title(f"effective {title}", loc="left")
    figure.tight_layout()
    return figure
