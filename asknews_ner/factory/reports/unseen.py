"""How do models do in languages of which no row was trained on?"""

import random
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from asknews_ner.diversify.sampling.sample import Candidate, draw
from asknews_ner.experiments.points import Drawn, Setting, comparisons
from asknews_ner.experiments.records import ExperimentComparison, UnknownWords
from asknews_ner.factory.experiments.jobs import Arm, training_of
from asknews_ner.factory.experiments.rows import Labelled
from asknews_ner.factory.experiments.sets import ScoredSet
from asknews_ner.factory.reports.experiment import Arms, Chosen, ExperimentReport, Results, ids_of
from asknews_ner.factory.reports.report import Made
from asknews_ner.factory.stage import Log
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import stable_seed
from asknews_ner.records import Summary
from asknews_ner.report.experiments.figures import arms_picture
from asknews_ner.report.experiments.unseen import unseen_section
from asknews_ner.train.tokens.model import counted_subwords

ONLY, ALL_LANGUAGES = "rows in one language", "rows in all languages"


class UnseenReport(ExperimentReport):
    """Zero-shot F1 in languages that no trained row is in: trained on one language alone, and on as many rows in all languages (the
    native-language track), split by script, beside the share of words that the encoder cannot read; the control reads characters."""

    name: ClassVar[str] = "unseen"

    def choose(self, ws: Workspace, candidates: Sequence[Candidate]) -> Mapping[str, Sequence[str]]:
        """Rows of the one language, drawn by the seed, and as many of the balanced choice over all."""
        only = ws.recipe.experiments.unseen.only
        languages = {row.article_id: row.summary_language for row in ws.tables.read_all("summaries", Summary)}
        own = [one.article_id for one in candidates if languages.get(one.article_id) == only]
        size = min(len(own), ws.recipe.experiments.unseen.rows or ws.tables.row_count("sample"))
        found: dict[str, Sequence[str]] = {}
        for seed in ws.recipe.experiments.seeds:
            found[f"{ONLY}, {seed}"] = random.Random(stable_seed("unseen", seed)).sample(own, size)
            if size and any(language != only for language in languages.values()):
                params = ws.recipe.sample.model_copy(update={"size": size, "within": "random"})
                found[f"{ALL_LANGUAGES}, {seed}"] = ids_of(draw(candidates, params, seed)[0].kept)
        return found

    def arms(self, ws: Workspace, chosen: Chosen, labels: Labelled, log: Log) -> Arms:
        """Both choices in each family with each seed."""
        params = ws.recipe.experiments
        arms = [
            Arm(Setting(family, arm, 0), seed, [labels.rows[name] for name in ids if name in labels.rows])
            for seed in params.seeds
            for family in params.unseen.families
            for arm in (ONLY, ALL_LANGUAGES)
            if (ids := chosen.by_name.get(f"{arm}, {seed}"))
        ]
        return Arms(arms)

    def tests(self, ws: Workspace, sets: Sequence[ScoredSet], labels: Labelled) -> list[ScoredSet]:
        """Sets in languages that no row is in."""
        trained = set(labels.languages.values())
        return [one for one in sets if one.described.language not in trained]

    def lay_out(self, ws: Workspace, drawn: Drawn, found: Results) -> Made:
        """All languages against one, family by family, and what each can read."""
        families = ws.recipe.experiments.unseen.families
        pairs = [(Setting(family, ALL_LANGUAGES, 0), Setting(family, ONLY, 0)) for family in families]
        judged = comparisons(drawn, [pair for pair in pairs if all(one in drawn.of for one in pair)])
        unknown = [row for family in families for row in _unknown(ws, family, found.sets)]
        section = unseen_section(ws.recipe, drawn, found.points, judged, unknown, found.labels.annotator, found.seconds)
        tables: dict[str, tuple[type, Sequence[Any]]] = {
            "experiment_comparisons/unseen": (ExperimentComparison, judged),
            "unknown_words": (UnknownWords, unknown),
        }
        picture = arms_picture(found.of_all(), "mean F1 over benchmarks in languages that were not trained on")
        return Made(section, tables, {f"f1_{point.family}_{point.arm}": point.f1 for point in found.of_all()}, {"arms": picture})


def _unknown(ws: Workspace, name: str, sets: Sequence[ScoredSet]) -> list[UnknownWords]:
    """What a family can read, by language."""
    params = training_of(ws, ws.recipe.experiments.families[name])
    words: dict[str, list[str]] = {}
    for one in sets:
        words.setdefault(one.described.language, []).extend(token for row in one.rows for token in row.tokens)
    found = []
    for language, own in sorted(words.items()):
        read = counted_subwords(params, own) if ws.recipe.experiments.families[name].learner == "encoder" else [(1, False)] * len(own)
        unknown, pieces = sum(is_unknown for _, is_unknown in read), sum(count for count, _ in read)
        found.append(UnknownWords(name, language, len(own), unknown, pieces))
    return found
