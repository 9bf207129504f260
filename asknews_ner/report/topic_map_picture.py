"""The map of topics as a still picture, for places where no script runs."""

import io

from asknews_ner.report.plots import INK, new_figure
from asknews_ner.report.topic_map import TopicMap, look_of

_NOISE = "#b5bcc4"
_MARKERS = {"circle": "o", "square": "s", "triangle": "^", "diamond": "D", "cross": "P"}
_MOST_NAMES = 40
_NAME_CHARACTERS = 48


def map_picture(found: TopicMap) -> bytes:
    """PNG, 1100 by 750 pixels (as wide as the web UI shows): points as in the page, the biggest topics numbered and named beside it."""
    import matplotlib.pyplot as plt

    figure, axes = new_figure(11, 7.5)
    noise = [point for point in found.points if point.topic < 0]
    axes.scatter([p.x for p in noise], [p.y for p in noise], s=9, color=_NOISE, linewidths=0)
    lines = []
    for place, topic in enumerate(found.topics):
        inside = [point for point in found.points if point.topic == place]
        colour, shape = look_of(place)
        axes.scatter(
            [p.x for p in inside], [p.y for p in inside], s=34, color=colour, marker=_MARKERS[shape], edgecolors="white",
            linewidths=0 if shape == "cross" else 0.6,  # a rim would leave little of its arms
        )  # fmt: skip
        if inside and place < _MOST_NAMES:
            middle = [sorted(getattr(p, axis) for p in inside)[len(inside) // 2] for axis in "xy"]
            box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": colour, "linewidth": 0.8, "alpha": 0.9}
            axes.annotate(str(place + 1), middle, xytext=(7, 7), textcoords="offset points", fontsize=7, color=INK, bbox=box)
            name = topic.name if len(topic.name) <= _NAME_CHARACTERS else topic.name[: _NAME_CHARACTERS - 1] + "…"
            lines.append((f"{place + 1}  {name} ({topic.size})", colour, shape))
    axes.invert_yaxis()  # the page's canvas counts from the top
    axes.set(xticks=[], yticks=[])
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.set_position((0.01, 0.02, 0.67, 0.93))
    left_out = f", the {_MOST_NAMES} biggest named" if len(found.topics) > _MOST_NAMES else ""
    axes.set_title(f"{len(found.points)} articles, {len(found.topics)} topics{left_out}, {len(noise)} articles in none (grey)", loc="left")
    for row, (words, colour, shape) in enumerate(lines):
        height = 0.94 - row * 0.0235
        figure.text(0.711, height, words, fontsize=7.5, va="center", parse_math=False)  # a `$` in a name is no formula
        mark = plt.Line2D([0.699], [height], marker=_MARKERS[shape], color=colour, markersize=5, linestyle="", transform=figure.transFigure)
        figure.add_artist(mark)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=100, metadata={"Software": None})
    plt.close(figure)
    return buffer.getvalue()
