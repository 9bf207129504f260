"""The section of the transfer to other kinds of models."""

from collections.abc import Sequence

from asknews_ner.experiments.points import Drawn
from asknews_ner.experiments.records import ExperimentComparison, ExperimentPoint
from asknews_ner.recipe import Recipe
from asknews_ner.report.experiments.figures import arms_svg
from asknews_ner.report.experiments.words import best_first, common, overall, with_interval
from asknews_ner.report.section import Section, fragment


def transfer_section(
    recipe: Recipe, drawn: Drawn, found: Sequence[ExperimentPoint], judged: Sequence[ExperimentComparison], annotator: str, seconds: float
) -> Section:
    """The answer: in how many families the dataset helps."""
    parts = []
    for words, verdict in (("helps", "better"), ("harms", "worse"), ("makes no difference that shows in", "no difference shown")):
        if families := [one.family for one in overall(judged) if one.verdict == verdict]:
            parts.append(f"{words} {len(families)} ({', '.join(families)})")
    lead = f"Kinds of models: {len(overall(judged))}. The dataset {'; '.join(parts)}."
    ordered = best_first(found)
    html = fragment(
        "experiments/transfer", common=common(recipe, drawn, found, judged, annotator, seconds), points=ordered, figure=arms_svg(ordered),
        with_interval=with_interval,
    )  # fmt: skip
    return Section("transfer", "Does the data help other kinds of models, too?", lead, html)
