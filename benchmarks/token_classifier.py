"""A token classifier trained on real tweets: test micro-F1 over exact spans, checked against GLiNER's evaluator on the same predictions.

    ASKNEWS_NER_SHARED=FOLDER python benchmarks/token_classifier.py [STEPS] [RATE] [BENCHMARK]

The packaged MiniLM on the train file of BENCHMARK (broad_twitter), STEPS (300) steps of 16 sentences at RATE (2e-4; ten times that for the
new layer), the best epoch by the first 300 dev sentences, scored on the whole test file. One seed.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from gliner.evaluation import BaseNEREvaluator

from asknews_ner.evaluate.benchmarks.folders import read_folder
from asknews_ner.evaluate.inference.predictor import TagPredictor
from asknews_ner.evaluate.scores.score import evaluate
from asknews_ner.recipe import load_recipe
from asknews_ner.train.__main__ import quiet_libraries
from asknews_ner.train.gliner.predict import gold_spans
from asknews_ner.train.tokens.fit import fit_tokens

SEED = 1
DEV = 300


def main(steps: int = 300, rate: float = 2e-4, name: str = "broad_twitter") -> None:
    quiet_libraries()
    recipe = load_recipe("laptop")
    folder = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "benchmarks" / name
    train, dev, test = (read_folder(folder, split) for split in ("train", "dev", "test"))
    batch_size = recipe.token_classifier.batch_size
    params = recipe.token_classifier.model_copy(
        update={"steps": steps, "epochs": 1 + steps * batch_size // len(train.rows), "learning_rate": rate, "head_learning_rate": 10 * rate}
    )
    start = time.process_time()
    with tempfile.TemporaryDirectory() as scratch:
        trained = fit_tokens(train.rows, dev.rows[:DEV], params, SEED, Path(scratch), lambda numbers: None)
    seconds = time.process_time() - start
    predicted = TagPredictor(trained.classifier, recipe.evaluate).predict(test.rows, test.types, lambda *_: None)
    overall = evaluate("tokens", test, gold_spans(test.rows), predicted, recipe.evaluate, SEED).scores[0]
    theirs = BaseNEREvaluator([row["ner"] for row in test.rows], [[list(span) for span in spans] for spans in predicted]).evaluate()[1]
    print(f"{name}: {trained.result.steps} steps, {seconds:.0f} s of processor time with validation; lost: {trained.lost['train']}")
    low, high = overall.f1_low, overall.f1_high
    print(f"{overall.sentences} test sentences, {overall.gold} entities: micro-F1 {overall.f1:.4f} ({low:.3f} to {high:.3f})")
    print(f"precision {overall.precision:.4f}, recall {overall.recall:.4f}; GLiNER's evaluator: F1 {float(theirs):.4f}")


if __name__ == "__main__":
    main(*(kind(value) for kind, value in zip((int, float, str), sys.argv[1:], strict=False)))
