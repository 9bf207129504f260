"""Which human sentences an LLM is shown: the three ways to choose them, on Danish and Slovak Universal NER.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/seed_choice.py [--calls 100]

`names`: different entity surfaces that all calls show together, and as a ratio to the random draw's; `all types`: calls that show every
entity type; `cosine`: mean similarity of two examples of a call, by character trigrams; `tokens`: mean length."""

import argparse
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sklearn.feature_extraction.text import HashingVectorizer

from asknews_ner.dataset.bio import spans
from asknews_ner.low_resource.human import read_human
from asknews_ner.low_resource.languages import language_of
from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.low_resource.seeds import covering_seeds, diverse_seeds, random_seeds
from asknews_ner.recipe import load_recipe

_COUNT = 10
Choose = Callable[[Sequence[TaggedSentence], int, int], list[TaggedSentence]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--calls", type=int, default=100)
    calls = parser.parse_args().calls
    params = load_recipe("laptop").low_resource.generate
    ways: dict[str, Choose] = {
        "random": random_seeds,
        "covering": covering_seeds,
        "diverse": lambda pool, count, seed: diverse_seeds(pool, count, seed, params.seed_candidates, params.seed_ngrams),
    }
    grams = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 3), alternate_sign=False)
    print(f"{'lang.':<6} {'choice':<9} {'names':>6} {'ratio':>6} {'all types':>10} {'cosine':>7} {'tokens':>7} {'ms a call':>10}")
    for code in ("da", "sk"):
        language = language_of(code)
        folder = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "lowres_study" / "gold_uner" / code
        human = read_human(folder / "train.jsonl.gz", language.tags).sentences
        at_random = 0
        for name, choose in ways.items():
            started = time.perf_counter()
            drawn = [choose(human, _COUNT, call) for call in range(calls)]
            took = (time.perf_counter() - started) / calls * 1000
            marked = [[(" ".join(row.tokens[start:end]), kind) for row in rows for start, end, kind in spans(row.tags)] for rows in drawn]
            names = len({surface for call in marked for surface, _ in call})
            at_random = at_random or names
            complete = sum({kind for _, kind in call} == set(language.types) for call in marked)
            vectors = [grams.transform([" ".join(row.tokens) for row in rows]) for rows in drawn]
            cosine = sum((float((one @ one.T).sum()) - _COUNT) / (_COUNT * (_COUNT - 1)) for one in vectors) / calls
            tokens = sum(len(row.tokens) for rows in drawn for row in rows) / (_COUNT * calls)
            print(f"{code:<6} {name:<9} {names:>6} {names / at_random:>6.2f} {complete:>10} {cosine:>7.3f} {tokens:>7.1f} {took:>10.1f}")


if __name__ == "__main__":
    main()
