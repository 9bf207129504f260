"""Does it matter how the articles are chosen?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from asknews_ner.diversify.sampling.sample import Candidate, draw
from asknews_ner.experiments.points import Drawn, Setting, comparisons
from asknews_ner.experiments.records import ExperimentComparison
from asknews_ner.experiments.types import tagged
from asknews_ner.factory.experiments.jobs import Arm
from asknews_ner.factory.experiments.rows import Labelled, coarse_types
from asknews_ner.factory.experiments.ungrounded import Ungrounded, can_generate, ungrounded
from asknews_ner.factory.reports.experiment import Arms, Chosen, ExperimentReport, Results, ids_of
from asknews_ner.factory.reports.report import Made
from asknews_ner.factory.stage import Log
from asknews_ner.factory.workspace import Workspace
from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.recipe import LANGUAGES, EvenParams, SampleParams
from asknews_ner.report.experiments.ablation import ablation_section
from asknews_ner.report.experiments.figures import arms_picture
from asknews_ner.train.own_data.templates import sentences

RANDOM, COUNTRIES, TOPICS, BOTH, UNGROUNDED = "random", "even over countries", "even over topics", "ours: both", "ungrounded: templates"
GENERATED = "ungrounded: written by a model"
_NONE = EvenParams(topic=0, country_in_topic=0, country=0, language=0, publisher=0)
_WAYS: Mapping[str, EvenParams | None] = {
    RANDOM: None,
    COUNTRIES: _NONE.model_copy(update={"country": 1}),
    TOPICS: _NONE.model_copy(update={"topic": 1}),
}


class AblationReport(ExperimentReport):
    """Random, country-balanced, topic-balanced and our choice of articles at equal numbers, and sentences without any news behind them:
    the same training, the same benchmarks, several seeds. Answers whether other methods of diversification do as well."""

    name: ClassVar[str] = "ablation"

    def shaped_by(self, ws: Workspace) -> Sequence[Any]:
        """Who writes the ungrounded sentences, too."""
        if not can_generate(ws):
            return super().shaped_by(ws)
        writer = [ws.annotator("generate").fingerprint("generate"), ws.recipe.low_resource.generate, ws.recipe.low_resource.filter]
        return [*super().shaped_by(ws), writer]

    def choose(self, ws: Workspace, candidates: Sequence[Candidate]) -> Mapping[str, Sequence[str]]:
        """Each way with each seed; ties within a way are drawn by the seed."""
        size = ws.recipe.experiments.ablation.rows or ws.tables.row_count("sample")
        found = {}
        for seed in ws.recipe.experiments.seeds:
            for way in (*_WAYS, BOTH):
                found[_choice(way, seed)] = ids_of(draw(candidates, _params(ws, way, size), seed)[0].kept)
        return found

    def arms(self, ws: Workspace, chosen: Chosen, labels: Labelled, log: Log) -> Arms:
        """The ways; template sentences with as many words as our choice has; a model's sentences without news, the same for all seeds."""
        family, arms = ws.recipe.experiments.ablation.family, []
        generated = self._generated(ws, chosen, labels, log)
        for seed in ws.recipe.experiments.seeds:
            for way in (*_WAYS, BOTH):
                rows = [labels.rows[name] for name in chosen.by_name[_choice(way, seed)] if name in labels.rows]
                arms.append(Arm(Setting(family, way, 0), seed, rows))
            arms.append(Arm(Setting(family, UNGROUNDED, 0), seed, templates(ws, _words(arms[-1].rows), labels, seed)))
            if generated and generated.rows:
                arms.append(Arm(Setting(family, GENERATED, 0), seed, generated.rows))
        return Arms(arms, generated.rejected, generated.spend) if generated else Arms(arms)

    def _generated(self, ws: Workspace, chosen: Chosen, labels: Labelled, log: Log) -> Ungrounded | None:
        """As many words in each language as our choice has with the first seed; None without a model that writes."""
        if not can_generate(ws):
            log("ablation: no model of `annotate.generate` writes here; templates alone stand for ungrounded sentences")
            return None
        words: Counter[str] = Counter()
        for name in chosen.by_name[_choice(BOTH, ws.recipe.experiments.seeds[0])]:
            if name in labels.rows and labels.languages[name] in LANGUAGES:
                words[labels.languages[name]] += len(labels.rows[name].tokens)
        count, coarse = ws.recipe.low_resource.generate.seed_candidates, coarse_types(ws)
        examples = {
            code: [tagged(row, coarse)[0] for row in sentences(count, ws.recipe.seed, held_out=False, languages=[code])] for code in words
        }
        return ungrounded(ws, words, examples, log)

    def lay_out(self, ws: Workspace, drawn: Drawn, found: Results) -> Made:
        """Our choice against each other way."""
        family = ws.recipe.experiments.ablation.family
        ours = Setting(family, BOTH, 0)
        judged = comparisons(drawn, [(ours, other) for other in sorted(drawn.of) if other != ours])
        section = ablation_section(ws.recipe, drawn, found.points, judged, found.labels.annotator, found.seconds)
        figures = {f"f1_{point.arm}": point.f1 for point in found.of_all()}
        picture = arms_picture(found.of_all(), "mean F1 over benchmarks, by the way the articles were chosen")
        return Made(section, {"experiment_comparisons/ablation": (ExperimentComparison, judged)}, figures, {"arms": picture})


def templates(ws: Workspace, words: int, labels: Labelled, seed: int) -> list[TaggedSentence]:
    """Template sentences of the rows' languages, until they have so many words."""
    coarse, found, have = coarse_types(ws), [], 0
    languages = sorted(set(labels.languages.values()) & set(ws.recipe.acquire.languages))
    for row in sentences(words, seed, held_out=False, languages=languages):  # a sentence has more than one word
        if have >= words:
            break
        found.append(tagged(row, coarse)[0])
        have += len(found[-1].tokens)
    return found


def _params(ws: Workspace, way: str, size: int) -> SampleParams:
    """Our own choice is the recipe's; the others have no limits, only their one rule."""
    sample = ws.recipe.sample.model_copy(update={"size": size, "within": "random"})
    if way == BOTH:
        return sample
    even = _WAYS[way]
    free = sample.model_copy(
        update={"per_topic": None, "per_country": None, "per_language": None, "per_publisher": None, "noise_share": 1.0}
    )
    return free.model_copy(update={"method": "random"} if even is None else {"method": "balanced", "even": even})


def _choice(way: str, seed: int) -> str:
    return f"{way}, seed {seed}"


def _words(rows: Sequence[TaggedSentence]) -> int:
    return sum(len(row.tokens) for row in rows)
