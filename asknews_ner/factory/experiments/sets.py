"""The benchmarks at hand as test sets of experiments: shared types only, without sentences that the trained rows hold."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from asknews_ner.clean.duplicates import word_shingles
from asknews_ner.evaluate.benchmarks.benchmark import Benchmark, benchmark, first_drawn
from asknews_ner.evaluate.benchmarks.collection import collect
from asknews_ner.evaluate.benchmarks.own import project_benchmark
from asknews_ner.experiments.records import ExperimentTest
from asknews_ner.experiments.types import CoarseTypes, tagged, types_in
from asknews_ner.factory.workspace import Workspace
from asknews_ner.low_resource.records import TaggedSentence


@dataclass(frozen=True, slots=True)
class ScoredSet:
    """A test set and its sentences."""

    described: ExperimentTest
    rows: Sequence[TaggedSentence]


def scored_sets(ws: Workspace, trained: Sequence[TaggedSentence], coarse: CoarseTypes) -> list[ScoredSet]:
    """Every set of one language in ASKNEWS_NER_BENCHMARKS that marks one of the shared types, sorted by name; without that folder the
    project's own benchmark, a small set of each language.

    Raises BenchmarkError. Mixed sets are left out: experiments compare languages."""
    params = ws.recipe.experiments
    known = frozenset(run for row in trained for run in word_shingles(" ".join(row.tokens), params.run_words))
    sets = collect(ws.benchmarks, ws.recipe.evaluate.benchmark_sets).benchmarks if ws.benchmarks else by_language(project_benchmark())
    drawn = [first_drawn(one, params.test_sentences, ws.recipe.seed) for one in sets]
    found = [_scored_set(ws, one, known, coarse) for one in drawn]
    return sorted((one for one in found if one.described.language and one.described.entities), key=lambda one: one.described.test)


def by_language(whole: Benchmark) -> list[Benchmark]:
    """A set of several languages as one of each."""
    return [
        benchmark(
            f"{whole.name}, {language}",
            [row for row, own in zip(whole.rows, whole.languages, strict=True) if own == language],
            [language] * whole.languages.count(language),
            whole.made_by,
        )
        for language in sorted(set(whole.languages))
    ]


def _scored_set(ws: Workspace, one: Benchmark, known: frozenset[str], coarse: CoarseTypes) -> ScoredSet:
    params, kept, left_out = ws.recipe.experiments, [], 0
    for row in one.rows:
        runs = word_shingles(" ".join(row["tokenized_text"]), params.run_words) - {""}
        if not runs or len(runs & known) <= params.max_shared_runs * len(runs):
            sentence, lost = tagged(row, coarse)
            kept.append(sentence)
            left_out += lost
    languages = set(one.languages)
    described = ExperimentTest(
        test=one.name,
        language=languages.pop() if len(languages) == 1 else "",
        script=script_of(kept),
        types=types_in(one.rows, coarse),
        sentences=len(kept),
        entities=sum(tag.startswith("B-") for row in kept for tag in row.tags),
        removed=len(one.rows) - len(kept),
        left_out=left_out,
    )
    return ScoredSet(described, kept)


def script_of(rows: Sequence[TaggedSentence]) -> str:
    """The script of most letters, by the first word of their Unicode names; empty without letters."""
    letters = Counter(letter for row in rows for token in row.tokens for letter in token if letter.isalpha())
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        scripts[unicodedata.name(letter, "").partition(" ")[0]] += count
    return scripts.most_common(1)[0][0] if scripts else ""
