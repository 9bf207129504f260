"""What the rows that our parser reads and the study's did not are worth for training: the same number of theirs against ours.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/study_extra_rows.py [--least 50] [--models ...] [--languages ...]

For each model and language with so many extra rows and human test data at hand: the study's small tagger trained from nothing on the
extra rows alone, on as many of the study's own (drawn by the seed), and on all of theirs with and without the extra ones. Three seeds;
F1 on the human test split, mean and spread."""

import argparse
import os
import random
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, stdev

from asknews_ner.acquire.language import packaged_identifier
from asknews_ner.dataset.bio import spans
from asknews_ner.evaluate.scores.counts import count, f1_of_counts
from asknews_ner.fingerprints import stable_seed
from asknews_ner.low_resource.language_data import read_language
from asknews_ner.low_resource.languages import LANGUAGES
from asknews_ner.low_resource.records import GeneratedSentence, TaggedSentence
from asknews_ner.low_resource.study.character_learner import CharacterLearner
from asknews_ner.low_resource.study.grid import carved
from asknews_ner.low_resource.study_rows import read_study_rows
from asknews_ner.recipe import load_recipe

SEEDS = (3535, 3536, 3537)
MODELS = ("aya-expanse-32b", "gpt-4.1", "llama-3.1-8b-instruct")
CODES = ("da", "sk", "swa", "ibo", "yor")
PARAMS = load_recipe("laptop").low_resource


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--least", type=int, default=50)
    parser.add_argument("--models", nargs="+", default=list(MODELS))
    parser.add_argument("--languages", nargs="+", default=list(CODES))
    given = parser.parse_args()
    shared = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data"
    print("| model | language | extra rows | F1 (spread) of them | of as many of theirs | theirs | F1 of theirs | of theirs and extra |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for code in given.languages:
        language = LANGUAGES[code]
        human = read_language(shared / "benchmarks", language, hub=False)
        known = [*human.train, *human.validation, *human.test]
        for model in given.models:
            made = read_study_rows(shared / "lowres_study", model, language, known, PARAMS.filter, packaged_identifier())
            extra, theirs = list(map(tagged, made.ours_extra)), list(map(tagged, made.theirs))
            if len(extra) < given.least:
                continue
            cells = [str(len(extra))]
            for name in ("extra", "as many", "theirs", "both"):
                f1 = [scored(rows_of(extra, theirs, name, seed), human.test, language.types, seed) for seed in SEEDS]
                cells += [str(len(theirs))] if name == "theirs" else []
                cells.append(f"{100 * mean(f1):.1f} ({100 * stdev(f1):.1f})")
            print(f"| {model} | {code} | {' | '.join(cells)} |", flush=True)


def rows_of(extra: Sequence[TaggedSentence], theirs: Sequence[TaggedSentence], name: str, seed: int) -> list[TaggedSentence]:
    """Rows of one training, in a drawn order."""
    drawn = random.Random(stable_seed("extra rows", name, seed))
    chosen = {
        "extra": [*extra],
        "as many": drawn.sample(list(theirs), min(len(extra), len(theirs))),
        "theirs": [*theirs],
        "both": [*theirs, *extra],
    }
    return drawn.sample(chosen[name], len(chosen[name]))


def scored(rows: Sequence[TaggedSentence], test: Sequence[TaggedSentence], types: Sequence[str], seed: int) -> float:
    """F1 on the test rows."""
    params = PARAMS.study.train
    train, validation = carved(rows, params.validation_share)
    trained = CharacterLearner(params, types).train(train, validation, seed, params.epochs, None)
    found = [frozenset(spans(tags)) for tags in trained.tag(test)]
    return f1_of_counts(count([frozenset(spans(row.tags)) for row in test], found))


def tagged(row: GeneratedSentence) -> TaggedSentence:
    return TaggedSentence(row.tokens, row.tags)


if __name__ == "__main__":
    main()
