"""Plots of what replies cost, as Markdown pictures for the web UI."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from asknews_ner.records import Cost
from asknews_ner.report.plots import AFTER, BEFORE, THIRD, markdown_picture, new_figure

_MOST_GROUPS = 15
_PARTS = (("prompt, cached", BEFORE), ("prompt, fresh", AFTER), ("answer", THIRD))
_GROUPINGS = ("stage", "language", "country")


def cost_plot(costs: Sequence[Cost]) -> str:
    """Tokens and money by stage, language and country (the dearest first), as a Markdown picture."""
    figure, axes = new_figure(11, 6, rows=2, columns=len(_GROUPINGS))
    for column, grouping in enumerate(_GROUPINGS):
        groups: dict[str, list[Cost]] = defaultdict(list)
        for cost in costs:
            groups[getattr(cost, grouping)].append(cost)
        chosen = sorted(groups, key=lambda name: -sum(map(_tokens, groups[name])))[:_MOST_GROUPS]
        _bars(axes[0][column], {name: _parts(groups[name]) for name in chosen}, f"thousand tokens by {grouping}")
        _bars(axes[1][column], {name: [("", sum(c.usd or 0.0 for c in groups[name]), AFTER)] for name in chosen}, f"USD by {grouping}")
    figure.tight_layout(rect=(0, 0.05, 1, 1))
    handles, names = axes[0][0].get_legend_handles_labels()
    figure.legend(handles, names, loc="lower center", ncols=len(_PARTS), frameon=False)
    return markdown_picture(figure, "tokens and money")


def _tokens(cost: Cost) -> int:
    return cost.prompt_tokens + cost.completion_tokens


def _parts(costs: Sequence[Cost]) -> list[tuple[str, float, str]]:
    cached, prompt = sum(c.cached_tokens for c in costs), sum(c.prompt_tokens for c in costs)
    values = (cached, prompt - cached, sum(c.completion_tokens for c in costs))
    return [(name, value / 1000, colour) for (name, colour), value in zip(_PARTS, values, strict=True)]


def _bars(axes: Any, groups: dict[str, list[tuple[str, float, str]]], title: str) -> None:
    floors = dict.fromkeys(groups, 0.0)
    for part in range(max(map(len, groups.values()), default=0)):
        heights = [groups[name][part][1] for name in groups]
        label, _, colour = next(iter(groups.values()))[part]
        axes.bar(list(groups), heights, bottom=list(floors.values()), color=colour, label=label)
        floors = {name: floors[name] + height for name, height in zip(groups, heights, strict=True)}
    axes.set_title(title, loc="left")
    axes.tick_params(axis="x", rotation=90 if len(groups) > 8 else 0)
