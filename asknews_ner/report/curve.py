"""The learning curve of a model as a picture and as a table."""

from dataclasses import replace
from typing import Any

from asknews_ner.report.plots import AFTER, BEFORE, INK, THIRD, figure_png, markdown_of_png, new_figure
from asknews_ner.train.curve import Curve, CurvePoint

_OF_EVALUATION = ("eval_loss", "eval_f1")
_COLUMNS = (
    ("step", "{:.0f}"),
    ("epoch", "{:.2f}"),
    ("loss", "{:.3f}"),
    ("eval_loss", "{:.3f}"),
    ("eval_f1", "{:.4f}"),
    ("learning_rate", "{:.2e}"),
    ("head_learning_rate", "{:.2e}"),
    ("samples_per_second", "{:.1f}"),
    ("memory_mb", "{:,.0f}"),
)


def curve_picture(curve: Curve, words: str) -> str:
    """The picture as Markdown, for Dagster's web UI."""
    return markdown_of_png(curve_png(curve), words)


def curve_png(curve: Curve) -> bytes:
    """PNG, 1100 pixels wide: losses and validation F1 over the steps, and the learning rates beneath."""
    figure, axes = new_figure(11, 6, rows=2)
    losses, rates = axes
    _line(losses, curve, "loss", BEFORE, "training loss")
    _line(losses, curve, "eval_loss", AFTER, "validation loss", marker="o")
    losses.set_ylabel("loss (training: a batch, validation: a text)")
    if any(point.eval_f1 is not None for point in curve.points):
        scores = losses.twinx()
        _line(scores, curve, "eval_f1", THIRD, "validation F1 (right)", marker="s")
        scores.set_ylim(0, 1)
        scores.legend(frameon=False, loc="lower right")
    if curve.best is not None:
        losses.axvline(curve.best.step, color=INK, linewidth=0.8, linestyle=":")
        losses.annotate("weights kept", (curve.best.step, 1.01), xycoords=("data", "axes fraction"), fontsize=8, ha="center")
    if losses.lines:
        losses.legend(frameon=False, loc="upper center")
    both = any(point.head_learning_rate is not None for point in curve.points)
    _line(rates, curve, "learning_rate", AFTER, "encoder" if both else "as the trainer logs it")
    _line(rates, curve, "head_learning_rate", THIRD, "heads")
    rates.set_ylabel("learning rate")
    rates.set_xlabel("step")
    if rates.lines:
        rates.legend(frameon=False, loc="lower center")
        rates.set_ylim(bottom=0)
        rates.ticklabel_format(axis="y", style="sci", scilimits=(0, 0))
    figure.tight_layout()
    return figure_png(figure)


def _line(axes: Any, curve: Curve, name: str, colour: str, label: str, marker: str = "") -> None:
    known = [(point.step, value) for point in curve.points if (value := getattr(point, name)) is not None]
    if known:
        axes.plot([step for step, _ in known], [value for _, value in known], color=colour, label=label, marker=marker, markersize=4)


def curve_table(curve: Curve) -> str:
    """Each evaluation as a row, the weights that were kept marked; columns that nothing is known of are left out."""
    rows = curve.evaluated or curve.points[-1:]
    if not rows:
        return "no curve was written"
    shown = [_with_training(curve, row) for row in rows]
    columns = [(name, form) for name, form in _COLUMNS if any(getattr(row, name) is not None for row in shown)]
    lines = [
        "| " + " | ".join([name.replace("_", " ") for name, _ in columns] + ["kept"]) + " |",
        "|" + " ---: |" * len(columns) + " --- |",
    ]
    for row, given in zip(shown, rows, strict=True):
        cells = ["–" if (value := getattr(row, name)) is None else form.format(value) for name, form in columns]
        lines.append("| " + " | ".join([*cells, "yes" if given is curve.best else ""]) + " |")
    return "\n".join(lines)


def _with_training(curve: Curve, row: CurvePoint) -> CurvePoint:
    """An evaluation with what training last said before it: evaluations do not know loss and rates."""
    before = Curve([point for point in curve.points if point.step <= row.step])
    known: dict[str, Any] = {name: before.last(name) for name, _ in _COLUMNS if getattr(row, name) is None and name not in _OF_EVALUATION}
    return replace(row, **known)
