"""Score several models on several benchmarks; compare them on the same sentences."""

from pathlib import Path

import pyarrow.parquet as pq

from asknews_ner.annotate.annotator import Progress
from asknews_ner.evaluate.benchmarks.benchmark import Benchmark
from asknews_ner.evaluate.benchmarks.folders import read_folder
from asknews_ner.evaluate.benchmarks.own import held_out_templates, project_benchmark, test_split
from asknews_ner.evaluate.inference.predict import gold_spans
from asknews_ner.evaluate.inference.predictor import load_predictor
from asknews_ner.evaluate.job import ScoreJob
from asknews_ner.evaluate.scores.score import Counts, difference_interval, evaluate
from asknews_ner.records import Comparison, DatasetExample, Score
from asknews_ner.storage.schema import from_arrow


def benchmarks_of(job: ScoreJob) -> list[Benchmark]:
    """The job's benchmarks that hold at least one sentence."""
    examples = from_arrow(DatasetExample, pq.read_table(Path(job.dataset) / "test.parquet"))
    found = [test_split(examples), project_benchmark()]
    if job.template_sentences:
        found.append(held_out_templates(job.template_sentences, job.seed))
    found += [read_folder(Path(folder)) for folder in job.folders]
    return [benchmark for benchmark in found if benchmark.rows]


def run_job(job: ScoreJob, progress: Progress) -> tuple[list[Score], list[Comparison]]:
    """(scores of every model on every benchmark, tuned against base and against control with paired intervals)."""
    benchmarks = benchmarks_of(job)
    scores: list[Score] = []
    counts: dict[tuple[str, str], Counts] = {}
    for name, place in job.models.items():
        predictor = load_predictor(place, job.params)
        for benchmark in benchmarks:
            predicted = predictor.predict(benchmark.rows, benchmark.types, progress)
            result = evaluate(name, benchmark, gold_spans(benchmark.rows), predicted, job.params, job.seed)
            counts[name, benchmark.name] = result.counts
            scores += result.scores
    comparisons = [
        Comparison(
            benchmark.name,
            "tuned",
            other,
            *(
                round(v, 6)
                for v in difference_interval(
                    counts["tuned", benchmark.name], counts[other, benchmark.name], job.params.bootstrap_samples, job.seed
                )
            ),
        )
        for benchmark in benchmarks
        for other in ("base", "control")
        if ("tuned", benchmark.name) in counts and (other, benchmark.name) in counts
    ]
    return scores, comparisons


def sentence_count(job: ScoreJob) -> int:
    """Number of predictions the job needs, for a progress bar."""
    return len(job.models) * sum(len(benchmark.rows) for benchmark in benchmarks_of(job))
