"""Plots as SVG text, so that the page needs no files beside it."""

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Any

INK, BEFORE, AFTER, THIRD = "#1f2933", "#b8c4ce", "#0b6e4f", "#d97706"


def figure_svg(figure: Any) -> str:
    """The figure as SVG text; the same figure gives the same text."""
    import matplotlib.pyplot as plt

    buffer = io.StringIO()
    # No date in the metadata: the same rows give the same page.
    figure.savefig(buffer, format="svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def markdown_picture(figure: Any, words: str) -> str:
    """The figure as PNG in a data address: Dagster's web UI shows Markdown and the pictures in it."""
    return markdown_of_png(figure_png(figure), words)


def figure_png(figure: Any) -> bytes:
    """The figure as PNG, 100 dots an inch; the same figure gives the same bytes."""
    import matplotlib.pyplot as plt

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=100, metadata={"Software": None})
    plt.close(figure)
    return buffer.getvalue()


def markdown_of_png(png: bytes, words: str) -> str:
    """A picture that needs no address."""
    return f"![{words}](data:image/png;base64,{base64.b64encode(png).decode()})"


def new_figure(width: float, height: float, rows: int = 1, columns: int = 1) -> tuple[Any, Any]:
    """(figure, its axes: one, or an array [rows, columns]), sizes in inches."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams.update({"svg.hashsalt": "asknews-ner", "font.size": 9, "text.color": INK, "axes.labelcolor": INK})
    figure, axes = plt.subplots(rows, columns, figsize=(width, height))
    for one in figure.axes:
        one.spines[["top", "right"]].set_visible(False)
    return figure, axes


def before_after(before: Mapping[str, int], after: Mapping[str, int], what: str, limit: int = 30) -> str:
    """Shares of groups among all articles and in the sample, the biggest groups first."""
    groups = sorted(before, key=lambda group: (-before[group], group))[:limit]
    total_before, total_after = max(sum(before.values()), 1), max(sum(after.values()), 1)
    figure, axes = new_figure(9, 2.8)
    places = range(len(groups))
    axes.bar([p - 0.2 for p in places], [100 * before[g] / total_before for g in groups], 0.4, color=BEFORE, label="articles kept")
    axes.bar([p + 0.2 for p in places], [100 * after.get(g, 0) / total_after for g in groups], 0.4, color=AFTER, label="sample")
    axes.set_xticks(list(places), groups, rotation=90 if len(groups) > 15 else 0)
    axes.set_ylabel("share, %")
    axes.set_title(f"{what}: all articles and the sample", loc="left")
    axes.legend(frameon=False)
    return figure_svg(figure)


def intervals(rows: Sequence[tuple[str, str, float, float, float]]) -> str:
    """F1 of models by benchmark with their intervals. Rows: (benchmark, model, F1, low, high)."""
    benchmarks = list(dict.fromkeys(row[0] for row in rows))
    models = list(dict.fromkeys(row[1] for row in rows))
    colours = dict(zip(models, (BEFORE, AFTER, THIRD), strict=False))
    figure, axes = new_figure(7, 0.9 + 0.75 * len(benchmarks))
    for benchmark, model, f1, low, high in rows:
        place = benchmarks.index(benchmark) + 0.22 * (models.index(model) - 1)
        axes.plot([low, high], [place, place], color=colours.get(model, INK), linewidth=3, solid_capstyle="round")
        axes.plot([f1], [place], "o", color=colours.get(model, INK), label=model if benchmark == benchmarks[0] else None)
    axes.set_yticks(range(len(benchmarks)), benchmarks)
    axes.set_ylim(len(benchmarks) - 0.5, -0.5)
    axes.set_xlim(0, 1)
    axes.set_xlabel("micro-F1, exact spans, 95 % bootstrap interval")
    axes.legend(frameon=False, loc="lower right")
    return figure_svg(figure)


def sizes(counts: Sequence[int], what: str) -> str:
    """Sizes of topics, biggest first."""
    figure, axes = new_figure(7, 2)
    axes.bar(range(1, len(counts) + 1), sorted(counts, reverse=True), color=AFTER)
    axes.set_xlabel(what)
    axes.set_ylabel("articles")
    return figure_svg(figure)
