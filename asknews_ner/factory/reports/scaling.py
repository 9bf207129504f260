"""What would more articles give?"""

from collections.abc import Mapping, Sequence
from statistics import mean
from typing import ClassVar

from asknews_ner.diversify.sampling.sample import Candidate, draw
from asknews_ner.experiments.points import ALL, Drawn, Setting
from asknews_ner.experiments.power_law import ScalingFit, scaling_fit
from asknews_ner.factory.experiments.jobs import Arm
from asknews_ner.factory.experiments.rows import Labelled
from asknews_ner.factory.reports.experiment import Arms, Chosen, ExperimentReport, Results, ids_of, shuffled
from asknews_ner.factory.reports.report import Made
from asknews_ner.factory.stage import Log
from asknews_ner.factory.workspace import Workspace
from asknews_ner.report.experiments.figures import scaling_picture
from asknews_ner.report.experiments.scaling import scaling_section

ARM = "balanced sample"


class ScalingReport(ExperimentReport):
    """F1 by number of articles, from a small part of the sample to twice the sample, with a power law fitted to it and what the law says of
    twice as many. Each size is the first part of one drawn order, so that a larger set holds every smaller one."""

    name: ClassVar[str] = "scaling"

    def choose(self, ws: Workspace, candidates: Sequence[Candidate]) -> Mapping[str, Sequence[str]]:
        """One order of the largest size with each seed."""
        size = round(ws.tables.row_count("sample") * ws.recipe.experiments.scaling.shares[-1])
        params = ws.recipe.sample.model_copy(update={"size": size, "within": "random"})
        drawn = {seed: ids_of(draw(candidates, params, seed)[0].kept) for seed in ws.recipe.experiments.seeds}
        return {str(seed): shuffled(ids, self.name, seed) for seed, ids in drawn.items()}

    def arms(self, ws: Workspace, chosen: Chosen, labels: Labelled, log: Log) -> Arms:
        """A training for each size that there are articles for; sizes that there are not are said."""
        params, base = ws.recipe.experiments, ws.tables.row_count("sample")
        rows = {seed: [labels.rows[name] for name in chosen.by_name[str(seed)] if name in labels.rows] for seed in params.seeds}
        most = min(map(len, rows.values()))  # the same sizes with every seed
        wanted = [max(round(base * share), 2) for share in params.scaling.shares]
        sizes = [size for size in wanted if size <= most]
        if len(sizes) < len(wanted) and most not in sizes:
            sizes.append(most)
            log(f"scaling: {most} articles can be had with each seed, not {wanted[-1]}: that is the largest size")
        return Arms([Arm(Setting(params.scaling.family, ARM, size), seed, rows[seed][:size]) for seed in params.seeds for size in sizes])

    def lay_out(self, ws: Workspace, drawn: Drawn, found: Results) -> Made:
        """The law, its interval, and whether it foresaw the largest size."""
        params = ws.recipe.experiments
        everything = drawn.groups()[ALL]
        settings = [one for one in sorted(drawn.of, key=lambda setting: setting.size) if len(drawn.of[one]) == len(params.seeds)]
        fits = []
        if len(settings) >= 4:
            fits.append(
                scaling_fit(
                    params.scaling.family,
                    [one.size for one in settings],
                    [mean(drawn.f1(one, everything)) for one in settings],
                    [drawn.draws(one, everything) for one in settings],
                    params.scaling.fits,
                    params.confidence,
                )
            )
        section = scaling_section(ws.recipe, drawn, found.points, fits, found.labels.annotator, found.seconds)
        figures = {f"f1_{point.rows}_rows": point.f1 for point in found.of_all()}
        return Made(section, {"scaling_fit": (ScalingFit, fits)}, figures, {"curve": scaling_picture(found.of_all(), fits)})
