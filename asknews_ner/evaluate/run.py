"""Score several models on several benchmarks; compare them on the same sentences."""

from collections.abc import Mapping
from dataclasses import replace

from asknews_ner.annotate.annotator import Progress
from asknews_ner.batches.mapper import HERE, Mapper
from asknews_ner.evaluate.inference.in_batches import PredictRows, forget_model, predict_in_batches
from asknews_ner.evaluate.job import ScoreJob
from asknews_ner.evaluate.scores.compare import compare
from asknews_ner.evaluate.scores.counts import gold_of
from asknews_ner.evaluate.scores.score import Evaluated, evaluate
from asknews_ner.evaluate.scores.seeds import over_seeds, seeded_name
from asknews_ner.evaluate.scores.summaries import Mean, mean_over_sets, over_languages
from asknews_ner.evaluate.sets import JobSets, familiarity_of, sets_of
from asknews_ner.evaluate.tables_of_job import ScoreTables
from asknews_ner.records import ScoreSummary, SeedScore

BASE, TUNED = "base", "tuned"
OTHERS = (BASE, "control")


def run_job(job: ScoreJob, progress: Progress, sets: JobSets | None = None, mapper: Mapper = HERE) -> ScoreTables:
    """Scores of every model on every benchmark, tuned against base and against control, means over sets, and spread over seeds.

    Raises BenchmarkError for a set that cannot be read and RecipeError for a model that cannot be loaded."""
    sets = sets or sets_of(job)
    results: dict[str, dict[str, Evaluated]] = {}
    for name, place, seed in _models(job):
        results[name] = _evaluate_model(name, place, seed, job, sets, progress, mapper)
    everything = [found for by_set in results.values() for found in by_set.values()]
    comparisons = [
        row
        for other in OTHERS
        if TUNED in results and other in results
        for row in compare((TUNED, other), results[TUNED], results[other], sets.means, job.params, job.seed)
    ]
    return ScoreTables(
        scores=[score for found in everything for score in found.scores],
        comparisons=comparisons,
        summaries=[
            *(summary for found in everything for summary in found.summaries),
            *(_mean(name, mean, by_set) for name, by_set in results.items() for mean in sets.means),
            *(row for name, by_set in results.items() for row in _languages(name, sets, by_set)),
            *familiarity_of(job, sets.benchmarks),
        ],
        seeds=_spread(job, sets, results),
        benchmarks=sets.found,
        unmatchable=[entity for benchmark in sets.benchmarks for entity in benchmark.unmatchable],
    )


def sentence_count(job: ScoreJob, sets: JobSets) -> int:
    """Number of predictions the job needs, for a progress bar."""
    return len(_models(job)) * sum(len(benchmark.rows) for benchmark in sets.benchmarks)


def _models(job: ScoreJob) -> list[tuple[str, str, int]]:
    """(name in the scores, place, seed) of each model."""
    further = [(seeded_name(model.model, model.seed), model.place, model.seed) for model in job.further]
    return [*((name, place, job.seed) for name, place in job.models.items()), *further]


def _evaluate_model(
    name: str, place: str, seed: int, job: ScoreJob, sets: JobSets, progress: Progress, mapper: Mapper
) -> dict[str, Evaluated]:
    revision = job.base_revision if name == BASE else None
    found = {}
    for benchmark in sets.benchmarks:
        work = PredictRows(place, revision, job.params, tuple(benchmark.types), benchmark.nested)
        predicted = predict_in_batches(work, benchmark.rows, progress, mapper)
        # Intervals of all models come from the same draws, whatever the seeds of their trainings.
        result = evaluate(name, benchmark, gold_of(benchmark), predicted, job.params, job.seed, sets.tuned_types)
        found[benchmark.name] = result if seed == job.seed else _of_seed(result, seed)
    forget_model()
    return found


def _mean(name: str, mean: Mean, by_set: Mapping[str, Evaluated]) -> ScoreSummary:
    return mean_over_sets(name, mean, [found.as_set for found in by_set.values()])


def _languages(name: str, sets: JobSets, by_set: Mapping[str, Evaluated]) -> list[ScoreSummary]:
    return over_languages(name, [found.as_set for found in by_set.values()], sets.languages)


def _of_seed(result: Evaluated, seed: int) -> Evaluated:
    return replace(result, scores=[replace(score, seed=seed) for score in result.scores])


def _spread(job: ScoreJob, sets: JobSets, results: Mapping[str, Mapping[str, Evaluated]]) -> list[SeedScore]:
    rows: list[SeedScore] = []
    for model in dict.fromkeys(further.model for further in job.further):
        names = [model, *(seeded_name(model, other.seed) for other in job.further if other.model == model)]
        runs = [results[name] for name in names if name in results]
        figures = {name: [run[name].as_set.f1 for run in runs] for name in runs[0]}
        for mean in sets.means:
            figures[mean.measure] = [sum(run[name].as_set.f1 for name in mean.sets) / len(mean.sets) for run in runs]
        rows += over_seeds(model, figures)
    return rows
