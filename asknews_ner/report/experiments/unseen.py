"""The section of languages that were not trained on."""

from collections.abc import Sequence

from asknews_ner.experiments.points import Drawn
from asknews_ner.experiments.records import ExperimentComparison, ExperimentPoint, UnknownWords
from asknews_ner.recipe import Recipe
from asknews_ner.report.experiments.figures import arms_svg
from asknews_ner.report.experiments.words import best_first, by_group, common, overall, with_interval
from asknews_ner.report.section import Section, fragment


def unseen_section(
    recipe: Recipe,
    drawn: Drawn,
    found: Sequence[ExperimentPoint],
    judged: Sequence[ExperimentComparison],
    unknown: Sequence[UnknownWords],
    annotator: str,
    seconds: float,
) -> Section:
    """The answer: whether rows in many languages help languages that none of them is in."""
    sentences = [
        f"{one.family}: rows in all languages are {one.verdict if one.verdict in ('better', 'worse') else 'not shown to be different'} "
        f"for languages that were not trained on ({with_interval(one.difference, one.low, one.high, sign=True)} points)."
        for one in overall(judged)
    ]
    lead = " ".join(sentences) or (
        f"All rows are in one language ({recipe.experiments.unseen.only}), so that rows in several cannot be held against them: the "
        "dataset has no native-language track."
    )
    shown = common(recipe, drawn, found, judged, annotator, seconds)
    scripts = sorted({test.script for test in drawn.tests.values()})
    shares = {(row.family, row.language): row for row in unknown}
    families = recipe.experiments.unseen.families
    html = fragment(
        "experiments/unseen", common=shown, points=best_first(found), figure=arms_svg(best_first(found)), scripts=scripts,
        by_script=by_group(found, "script", scripts), families=families, shares=shares, with_interval=with_interval,
        script_of={test.language: test.script for test in drawn.tests.values()}, of_language=_of_language(found),
        arms=sorted({(point.family, point.arm) for point in found}),
    )  # fmt: skip
    return Section("unseen", "Languages that were not trained on", lead, html)


def _of_language(found: Sequence[ExperimentPoint]) -> dict[tuple[str, str, str], ExperimentPoint]:
    """Points by (family, arm, language)."""
    return {
        (point.family, point.arm, point.group.removeprefix("language=")): point for point in found if point.group.startswith("language=")
    }
