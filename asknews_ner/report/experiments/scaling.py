"""The section of the scaling curve."""

from collections.abc import Sequence

from asknews_ner.experiments.points import Drawn
from asknews_ner.experiments.power_law import ScalingFit
from asknews_ner.experiments.records import ExperimentPoint
from asknews_ner.recipe import Recipe
from asknews_ner.report.experiments.figures import scaling_svg
from asknews_ner.report.experiments.words import common, points_of, with_interval
from asknews_ner.report.section import Section, fragment


def scaling_section(
    recipe: Recipe, drawn: Drawn, found: Sequence[ExperimentPoint], fits: Sequence[ScalingFit], annotator: str, seconds: float
) -> Section:
    """The answer: what twice as many articles would give, and whether the law foresaw the largest size."""
    overall = sorted((point for point in found if point.group == "all"), key=lambda point: point.rows)
    lead = " ".join(in_words(fit) for fit in fits) or (
        f"{len({point.rows for point in overall})} sizes were trained; a law needs four with all seeds, so that nothing is forecast."
    )
    html = fragment(
        "experiments/scaling", common=common(recipe, drawn, found, [], annotator, seconds), points=overall, fits=fits,
        figure=scaling_svg(overall, fits), with_interval=with_interval, points_of=points_of,
    )  # fmt: skip
    return Section("scaling", "What would more articles give?", lead, html)


def in_words(fit: ScalingFit) -> str:
    """What the law forecasts, and whether it is to be relied on: it would have foreseen the largest size from the others."""
    gain = 100 * (fit.doubled_f1 - fit.largest_f1)
    forecast = with_interval(fit.doubled_f1, fit.doubled_low, fit.doubled_high)
    foreseen = with_interval(fit.held_out_f1, fit.held_out_low, fit.held_out_high)
    foresaw = fit.held_out_low <= fit.largest_f1 <= fit.held_out_high
    trust = "lies within that interval." if foresaw else "lies outside that interval, so do not rely on the forecast."
    return (
        f"With {fit.largest:,} articles F1 is {points_of(fit.largest_f1)}; the law says {forecast} for twice as many ({gain:+.1f}). Fitted "
        f"without the largest size it says {foreseen} for it: the measured figure {trust}"
    )
