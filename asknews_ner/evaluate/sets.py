"""What a scoring job scores on, and which of it the tuning knew."""

from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.parquet as pq

from asknews_ner.evaluate.benchmarks.benchmark import Benchmark, first_drawn, in_case
from asknews_ner.evaluate.benchmarks.collection import ABSENT, collect
from asknews_ner.evaluate.benchmarks.own import held_out_templates, project_benchmark, test_split
from asknews_ner.evaluate.benchmarks.registry import SET_GROUPS
from asknews_ner.evaluate.job import ScoreJob
from asknews_ner.evaluate.scores.summaries import ALL_SETS, Mean
from asknews_ner.records import BenchmarkFound, DatasetExample, LabelFamiliarity, ScoreSummary
from asknews_ner.storage.schema import from_arrow

BENCHMARK = "benchmark:"
"""How the leakage proof names a benchmark's side."""


@dataclass(frozen=True)
class JobSets:
    """The sets of a job. `means`: plain means over the user's sets; `tuned_types`: types of the dataset's training split. `languages`:
    language of each of the user's sets that has one only."""

    benchmarks: list[Benchmark]
    found: list[BenchmarkFound]
    means: list[Mean]
    tuned_types: frozenset[str]
    languages: dict[str, str]


def sets_of(job: ScoreJob) -> JobSets:
    """The job's benchmarks that hold at least one sentence, in the recipe's label case, and a record of each set of the user and the
    paper. Raises BenchmarkError."""
    params = job.params
    own = [test_split(_examples(job, "test")), project_benchmark()]
    if job.template_sentences:
        own.append(held_out_templates(job.template_sentences, job.seed))
    collection = collect(job.benchmarks, params.benchmark_sets, params.benchmark_hub)
    drawn = [first_drawn(benchmark, params.benchmark_sentences, job.seed) for benchmark in collection.benchmarks]
    scored = {benchmark.name: len(benchmark.rows) for benchmark in drawn}
    cased = [in_case(benchmark, params.label_case) for benchmark in (*own, *drawn) if benchmark.rows]
    types = {span.label for row in _examples(job, "train") for span in row.spans}
    return JobSets(
        benchmarks=cased,
        found=[replace(found, scored=scored.get(found.benchmark, 0)) for found in collection.found],
        means=_means([found for found in collection.found if found.status in ABSENT or scored[found.benchmark]]),
        languages={
            found.benchmark: found.language for found in collection.found if scored.get(found.benchmark) and found.language.isalpha()
        },
        tuned_types=frozenset(label.lower() if params.label_case == "lower" else label for label in types),
    )


def familiarity_of(job: ScoreJob, benchmarks: list[Benchmark]) -> list[ScoreSummary]:
    """How familiar tuning makes a model with each set's types: the mean over types of Golde et al. (2025), as the leakage proof has it.

    No rows without that proof's table, or for sets that it does not know."""
    file = Path(job.familiarity)
    if not job.familiarity or not file.is_file():
        return []
    rows = from_arrow(LabelFamiliarity, pq.read_table(file))
    found = []
    for benchmark in benchmarks:
        values = [row.familiarity for row in rows if row.benchmark.removeprefix(BENCHMARK) == benchmark.name]
        if values:
            mean = round(sum(values) / len(values), 6)
            found.append(ScoreSummary("tuned", benchmark.name, "familiarity", mean, None, None, len(values), 0, ""))
    return found


def _means(found: list[BenchmarkFound]) -> list[Mean]:
    """The mean over all of the user's sets, and over the paper's two groups, each where at least one of its sets was found."""
    means = [Mean(ALL_SETS, tuple(row.benchmark for row in found if row.status not in ABSENT), 0)]
    for group in SET_GROUPS:
        rows = [row for row in found if row.set_group == group]
        present = tuple(row.benchmark for row in rows if row.status not in ABSENT)
        means.append(Mean(f"mean: {group}", present, len(rows) - len(present)))
    return [mean for mean in means if mean.sets]


def _examples(job: ScoreJob, split: str) -> list[DatasetExample]:
    file = Path(job.dataset) / f"{split}.parquet"
    return from_arrow(DatasetExample, pq.read_table(file))
