"""The parts of a benchmark that are scored on their own: by language, script, type, and whether tuning knew the type."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from asknews_ner.evaluate.benchmarks.benchmark import Benchmark
from asknews_ner.evaluate.scores.counts import Counts, count, count_by_type, count_tokens
from asknews_ner.train.gliner.predict import Spans

OVERALL, TOKENS = "all", "tokens"
SEEN, UNSEEN = "labels=seen", "labels=unseen"


class Part(NamedTuple):
    """A group of a benchmark. `counts`: a row for every sentence of the benchmark, of zeros for those that are not in the group."""

    name: str
    sentences: int
    counts: Counts


def parts_of(benchmark: Benchmark, gold: Sequence[Spans], predicted: Sequence[Spans], tuned_types: frozenset[str]) -> list[Part]:
    """All sentences first, then words in place of entities, then each language, script and type, and seen and unseen types.

    `tuned_types`: types of the tuning data; none where nothing was tuned, and then there are no such groups."""
    everything = count(gold, predicted)
    sentences = len(benchmark.rows)
    by_type = count_by_type(gold, predicted, benchmark.types)
    found = [Part(OVERALL, sentences, everything), Part(TOKENS, sentences, count_tokens(gold, predicted))]
    scripts = [script_of(row["tokenized_text"]) for row in benchmark.rows]
    for kind, values in (("language", benchmark.languages), ("script", scripts)):
        column = np.array(values)
        for value in sorted({*values} - {""}):
            inside = column == value
            found.append(Part(f"{kind}={value}", int(inside.sum()), np.where(inside[:, None], everything, 0)))
    found += [Part(f"type={label}", sentences, counts) for label, counts in by_type.items()]
    if tuned_types:
        for name, known in ((SEEN, True), (UNSEEN, False)):
            chosen = [counts for label, counts in by_type.items() if (label in tuned_types) is known]
            if chosen:
                found.append(Part(name, sentences, np.sum(chosen, axis=0)))
    return found


def script_of(words: Sequence[str]) -> str:
    """The script of most of a sentence's letters, by their Unicode names (`Latin`, `Cyrillic`); empty without letters."""
    letters = Counter(_script(character) for word in words for character in word if character.isalpha())
    return min(letters, key=lambda name: (-letters[name], name)) if letters else ""


@lru_cache(maxsize=8192)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split()[0].title()
