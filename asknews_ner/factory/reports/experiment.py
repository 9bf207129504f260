"""What the reports made of trainings have in common: rows are chosen and labelled, a program trains and scores, results become tables."""

import random
from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from asknews_ner.diversify.sampling.sample import Candidate
from asknews_ner.evaluate.benchmarks.collection import benchmark_digests
from asknews_ner.experiments.job import write_job
from asknews_ner.experiments.points import Drawn, points, scores
from asknews_ner.experiments.records import ExperimentPoint, ExperimentScore, ExperimentTest
from asknews_ner.factory.experiments.jobs import Arm, finished, job_of
from asknews_ner.factory.experiments.rows import Labelled, coarse_types, labelled, pool
from asknews_ner.factory.experiments.sets import ScoredSet, scored_sets
from asknews_ner.factory.reports.report import Launch, Made, Report
from asknews_ner.factory.stage import Log
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import stable_seed
from asknews_ner.records import Rejected, SampledArticle, Spend
from asknews_ner.storage.tables import reject_table, spend_table

PROGRAM = "asknews_ner.experiments"


@dataclass(frozen=True)
class Chosen:
    """Articles that an experiment trains on: ids by name of the choice, and those that must be labelled for them."""

    by_name: Mapping[str, Sequence[str]]
    pool: Mapping[str, Candidate]

    @property
    def ids(self) -> Collection[str]:
        """All of them."""
        return {name for ids in self.by_name.values() for name in ids}


@dataclass(frozen=True)
class Arms:
    """The trainings of an experiment; what was lost and spent to make rows beside the labels."""

    arms: Sequence[Arm]
    rejected: Sequence[Rejected] = ()
    spend: Sequence[Spend] = ()


class ExperimentReport(Report):
    """Base of the reports made of trainings."""

    reads: ClassVar[tuple[str, ...]] = ("topics", "sample", "summaries", "clean_articles")
    trains: ClassVar[bool] = True

    def shaped_by(self, ws: Workspace) -> Sequence[Any]:
        """Members of topics, articles, summaries, who labels, the benchmarks' files, and the settings of trainings."""
        tables = [ws.tables.digest(name) for name in ("topic_members", "clean_articles", "summaries", "story_copies", "sample")]
        recipe = ws.recipe
        settings = [recipe.experiments, recipe.low_resource.study.train, recipe.sample, recipe.seed, recipe.tune, recipe.annotate.label]
        how = [recipe.dataset, recipe.annotate.label_types, ws.annotator("label").fingerprint("label")]
        return [*tables, *settings, *how, benchmark_digests(ws.benchmarks)]

    @abstractmethod
    def choose(self, ws: Workspace, candidates: Sequence[Candidate]) -> Mapping[str, Sequence[str]]:
        """Ids of articles by name of the choice."""

    @abstractmethod
    def arms(self, ws: Workspace, chosen: Chosen, labels: Labelled, log: Log) -> Arms:
        """The trainings."""

    def tests(self, ws: Workspace, sets: Sequence[ScoredSet], labels: Labelled) -> list[ScoredSet]:
        """The sets that are scored: as a rule those in a language that is trained on."""
        trained = set(labels.languages.values())
        return [one for one in sets if one.described.language in trained]

    @abstractmethod
    def lay_out(self, ws: Workspace, drawn: Drawn, found: "Results") -> Made:
        """Section and tables beside those that all of these reports have."""

    def make(self, ws: Workspace, log: Log, launch: Launch) -> Made:
        """Choose, label, train what is not there, score, lay out. Raises BenchmarkError, AnnotatorError, ExperimentError."""
        candidates = {one.article_id: one for one in pool(ws)}
        chosen = Chosen(self.choose(ws, list(candidates.values())), candidates)
        labels = labelled(ws, chosen.ids, log)
        made_of = self.arms(ws, chosen, labels, log)
        arms = made_of.arms
        sets = self.tests(ws, scored_sets(ws, [row for arm in arms for row in arm.rows], coarse_types(ws)), labels)
        if not sets:
            raise ExperimentError(
                f"{self.name}: no benchmark at hand can score this: put sets of one language each, which mark "
                f"{', '.join(ws.recipe.experiments.types)}, into a folder and name it in ASKNEWS_NER_BENCHMARKS"
            )
        job = job_of(ws, self.name, arms, sets)
        path = ws.provenance / "jobs" / f"experiment-{self.name}.json"
        write_job(job, path)
        launch(PROGRAM, path)
        trained = finished(job, arms)
        drawn = Drawn(trained, [one.described for one in sets], ws.recipe.experiments, ws.recipe.seed)
        described = list(drawn.tests.values())
        results = Results(labels, sets, points(drawn), scores(trained, described), sum(one.trial.seconds for one in trained))
        made = self.lay_out(ws, drawn, results)
        name = f"{self.name}_report"
        common: dict[str, tuple[type, Sequence[Any]]] = {
            f"experiment_points/{self.name}": (ExperimentPoint, results.points),
            f"experiment_scores/{self.name}": (ExperimentScore, results.scores),
            f"experiment_tests/{self.name}": (ExperimentTest, described),
            reject_table(name): (Rejected, [*labels.rejected, *made_of.rejected]),
            spend_table(name): (Spend, [*labels.spend, *made_of.spend]),
        }
        return Made(made.section, {**common, **made.tables}, made.figures, made.pictures)


class ExperimentError(ValueError):
    """An experiment cannot be made; the message says why and what to do."""


@dataclass(frozen=True)
class Results:
    """What the trainings gave. `sets`: what they were scored on; `seconds`: of the processor, all together."""

    labels: Labelled
    sets: Sequence[ScoredSet]
    points: Sequence[ExperimentPoint]
    scores: Sequence[ExperimentScore]
    seconds: float

    def of_all(self) -> list[ExperimentPoint]:
        """Points over all sets."""
        return [point for point in self.points if point.group == "all"]


def ids_of(sampled: Sequence[SampledArticle]) -> list[str]:
    """Ids in the order of their rank."""
    return [row.article_id for row in sorted(sampled, key=lambda row: row.rank)]


def shuffled(ids: Sequence[str], name: str, seed: int) -> list[str]:
    """Ids in a drawn order, of which the first are a fair part of all: ranks follow topics, and these follow languages."""
    return random.Random(stable_seed(name, seed)).sample(sorted(ids), len(ids))
