"""Does the data help other kinds of models, too?"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from asknews_ner.diversify.sampling.sample import Candidate
from asknews_ner.experiments.points import Drawn, Setting, comparisons
from asknews_ner.experiments.records import ExperimentComparison
from asknews_ner.factory.experiments.jobs import Arm
from asknews_ner.factory.experiments.rows import Labelled
from asknews_ner.factory.reports.ablation import templates
from asknews_ner.factory.reports.experiment import Arms, Chosen, ExperimentReport, Results, ids_of, shuffled
from asknews_ner.factory.reports.report import Made
from asknews_ner.factory.stage import Log
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import SampledArticle
from asknews_ner.report.experiments.figures import arms_picture
from asknews_ner.report.experiments.transfer import transfer_section

WITH, WITHOUT = "templates and the dataset", "templates alone"


class TransferReport(ExperimentReport):
    """The same data in several kinds of models, each held against itself without it: half of the words are the dataset's, or all of them
    are template sentences, so that both learn from as many words."""

    name: ClassVar[str] = "transfer"

    def choose(self, ws: Workspace, candidates: Sequence[Candidate]) -> Mapping[str, Sequence[str]]:
        """The dataset's own sample, or a drawn part of it."""
        sample, rows = ids_of(ws.tables.read("sample", SampledArticle)), ws.recipe.experiments.transfer.rows
        return {"sample": shuffled(sample, self.name, ws.recipe.seed)[:rows] if rows else sample}

    def arms(self, ws: Workspace, chosen: Chosen, labels: Labelled, log: Log) -> Arms:
        """Two for each family and seed."""
        arms = []
        sample = [labels.rows[name] for name in chosen.by_name["sample"] if name in labels.rows]
        words = sum(len(row.tokens) for row in sample)
        for seed in ws.recipe.experiments.seeds:
            both = templates(ws, 2 * words, labels, seed)
            half = templates(ws, words, labels, seed)
            for family in ws.recipe.experiments.transfer.families:
                arms.append(Arm(Setting(family, WITH, 0), seed, [*half, *sample]))
                arms.append(Arm(Setting(family, WITHOUT, 0), seed, both))
        return Arms(arms)

    def lay_out(self, ws: Workspace, drawn: Drawn, found: Results) -> Made:
        """With against without, family by family."""
        families = ws.recipe.experiments.transfer.families
        judged = comparisons(drawn, [(Setting(family, WITH, 0), Setting(family, WITHOUT, 0)) for family in families])
        section = transfer_section(ws.recipe, drawn, found.points, judged, found.labels.annotator, found.seconds)
        figures = {f"f1_{point.family}_{'with' if point.arm == WITH else 'without'}": point.f1 for point in found.of_all()}
        picture = arms_picture(found.of_all(), "mean F1 over benchmarks, by kind of model, with the dataset and without")
        return Made(section, {"experiment_comparisons/transfer": (ExperimentComparison, judged)}, figures, {"families": picture})
