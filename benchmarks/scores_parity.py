"""Our micro scores against gliner's own evaluator, on the predictions of one model over real benchmarks.

    ASKNEWS_NER_SHARED=FOLDER python benchmarks/scores_parity.py [MODEL] [SENTENCES] [SET ...]

MODEL: folder or hub name (or `random` for a GLiNER on MiniLM with random heads); the first SENTENCES (150) of the test splits of the SETS
(wnut17, crossner_science and the nested nerel and germeval14) at threshold 0.4. Two comparisons for each: of the metric (the same
predictions given to `gliner.evaluation.evaluator.BaseNEREvaluator` and to us), with double predictions, emptied sentences and gold spans
that are too wide or cut off added; and of the whole way (`model.evaluate` against our prediction and our count).
"""

import os
import random
import sys
import warnings
from pathlib import Path
from typing import Any

from scored_models import the_model

from asknews_ner.evaluate.benchmarks.collection import read_set
from asknews_ner.evaluate.scores.counts import count, f1_of
from asknews_ner.train.__main__ import quiet_libraries
from asknews_ner.train.gliner.predict import gold_spans, predict

SETS = ("wnut17", "crossner_science", "nerel", "germeval14")
THRESHOLD = 0.4
Scores = tuple[float, float, float]


def main(name: str = "random", sentences: int = 150, *sets: str) -> None:
    quiet_libraries()
    model = the_model(name)
    worst = 0.0
    for chosen in sets or SETS:
        benchmark = read_set(Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "benchmarks" / chosen)
        rows = benchmark.rows[:sentences]
        predicted = predict(model, rows, benchmark.types, THRESHOLD, 16, lambda *_: None, benchmark.nested)
        ours = _ours([row["ner"] for row in rows], predicted)
        _, theirs = model.evaluate(rows, flat_ner=not benchmark.nested, threshold=THRESHOLD, batch_size=12, entity_types=benchmark.types)
        metric = _metric_difference(rows, predicted)
        worst = max(worst, metric)
        print(
            f"{chosen} ({'nested' if benchmark.nested else 'flat'}, {len(rows)} sentences): "
            f"P {ours[0]:.6f} R {ours[1]:.6f} F1 {ours[2]:.9f}; "
            f"the metrics differ by {metric:.1e}, the whole ways by {abs(ours[2] - float(theirs)):.1e}"
        )
    print(f"largest difference of P, R or F1 between the two metrics: {worst:.1e}")
    if worst > 1e-9:
        sys.exit("the metrics differ")


def _metric_difference(rows: list[dict[str, Any]], predicted: list[Any]) -> float:
    """Largest difference of P, R and F1, on the predictions as they are and on spoilt ones."""
    drawn = random.Random(0)
    gold = [[tuple(span) for span in row["ner"]] for row in rows]
    plain = [sorted(spans) for spans in predicted]
    spoilt_gold = [
        [*spans, *spans[:1], (0, len(row["tokenized_text"]) + 30, "person"), (500, 502, "person")]
        for spans, row in zip(gold, rows, strict=True)
    ]
    spoilt = [[] if drawn.random() < 0.2 else [*spans, *spans, *of_gold[:1]] for spans, of_gold in zip(plain, gold, strict=True)]
    cases: tuple[tuple[list[Any], list[Any]], ...] = ((gold, plain), (spoilt_gold, spoilt), (gold, [[] for _ in gold]))
    return max(
        abs(one - other)
        for of_gold, of_model in cases
        for one, other in zip(_ours(of_gold, of_model), _gliners(of_gold, of_model), strict=True)
    )


def _ours(gold: list[Any], predicted: list[Any]) -> Scores:
    sums = count(gold_spans([{"ner": spans} for spans in gold]), [frozenset(spans) for spans in predicted]).sum(axis=0)
    return f1_of(*(int(value) for value in sums))


def _gliners(gold: list[Any], predicted: list[Any]) -> Scores:
    from gliner.evaluation.evaluator import BaseNEREvaluator

    evaluator = BaseNEREvaluator(gold, predicted)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where there is nothing to divide by
        precision, recall, f1 = evaluator.compute_prf(*evaluator.transform_data()).values()
    return float(precision), float(recall), float(f1)


if __name__ == "__main__":
    name, sentences, *sets = (*sys.argv[1:], *("random", "150")[len(sys.argv) - 1 :])
    main(name, int(sentences), *sets)
