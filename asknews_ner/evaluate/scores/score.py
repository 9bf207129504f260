"""Scores of one model on one benchmark: micro-F1 over exact (type, start, end), with bootstrap intervals over sentences.

The metric is that of GLiNER's evaluation (facts: papers.md §3.5); benchmarks/scores_parity.py compares the two."""

from collections.abc import Sequence
from dataclasses import dataclass

from asknews_ner.evaluate.benchmarks.benchmark import Benchmark
from asknews_ner.evaluate.scores.counts import Counts, Floats, f1_of, f1_of_counts
from asknews_ner.evaluate.scores.groups import Part, parts_of
from asknews_ner.evaluate.scores.resampling import interval_of, resampled_f1
from asknews_ner.evaluate.scores.summaries import SetScore, summaries_of
from asknews_ner.recipe import EvaluateParams
from asknews_ner.records import Score, ScoreSummary
from asknews_ner.train.gliner.predict import Spans


@dataclass(frozen=True)
class Evaluated:
    """One model on one benchmark: counts by sentence, for comparisons, F1 in each bootstrap sample, and the scores made of them."""

    benchmark: str
    counts: Counts
    drawn: Floats
    scores: list[Score]
    summaries: list[ScoreSummary]

    @property
    def as_set(self) -> SetScore:
        """What a mean over sets needs."""
        return SetScore(self.benchmark, f1_of_counts(self.counts), self.drawn)


def evaluate(
    model: str,
    benchmark: Benchmark,
    gold: Sequence[Spans],
    predicted: Sequence[Spans],
    params: EvaluateParams,
    seed: int,
    tuned_types: frozenset[str] = frozenset(),
) -> Evaluated:
    """Scores over all sentences, over words, and by language, script, type, and seen and unseen types, with what is made of them."""
    parts = parts_of(benchmark, gold, predicted, tuned_types)
    drawn = resampled_f1([part.counts for part in parts], params.bootstrap_samples, seed, benchmark.name)
    scores = [_score(model, benchmark, part, values, params, seed) for part, values in zip(parts, drawn, strict=True)]
    summaries = summaries_of(model, benchmark.name, parts, drawn, params.group_entities)
    return Evaluated(benchmark.name, parts[0].counts, drawn[0], scores, summaries)


def _score(model: str, benchmark: Benchmark, part: Part, drawn: Floats, params: EvaluateParams, seed: int) -> Score:
    gold, predicted, correct = (int(value) for value in part.counts.sum(axis=0))
    precision, recall, f1 = f1_of(gold, predicted, correct)
    low, high = interval_of(drawn)
    return Score(
        model=model,
        benchmark=benchmark.name,
        group=part.name,
        sentences=part.sentences,
        gold=gold,
        predicted=predicted,
        correct=correct,
        precision=round(precision, 6),
        recall=round(recall, 6),
        f1=round(f1, 6),
        f1_low=round(low, 6),
        f1_high=round(high, 6),
        threshold=params.threshold,
        seed=seed,
        label_case=params.label_case,
        decoding="nested" if benchmark.nested else "flat",
    )
