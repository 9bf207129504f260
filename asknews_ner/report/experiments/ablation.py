"""The section of the ablation."""

from collections.abc import Sequence

from asknews_ner.experiments.points import Drawn
from asknews_ner.experiments.records import ExperimentComparison, ExperimentPoint
from asknews_ner.recipe import Recipe
from asknews_ner.report.experiments.figures import arms_svg
from asknews_ner.report.experiments.words import best_first, common, judgement, of_worst, overall, with_interval
from asknews_ner.report.section import Section, fragment


def ablation_section(
    recipe: Recipe, drawn: Drawn, found: Sequence[ExperimentPoint], judged: Sequence[ExperimentComparison], annotator: str, seconds: float
) -> Section:
    """The answer: our choice of articles against each other way, over all sets and on the worst language."""
    lead = (
        f"Our choice of articles, over all test sets: {judgement(overall(judged))}; in the worst language: {judgement(of_worst(judged))} "
        f"({len(recipe.experiments.seeds)} trainings a way, family {recipe.experiments.ablation.family})."
    )
    ordered = best_first(found)
    html = fragment(
        "experiments/ablation", common=common(recipe, drawn, found, judged, annotator, seconds), points=ordered, figure=arms_svg(ordered),
        with_interval=with_interval,
    )  # fmt: skip
    return Section("ablation", "Does it matter how the articles are chosen?", lead, html)
