"""A GLiNER on ONNX Runtime against PyTorch, both in float32: same scores, sentences a second of processor time (all threads).

    ASKNEWS_NER_SHARED=FOLDER python benchmarks/gliner_onnx.py [MODEL] [SENTENCES] [PAIRS]

MODEL: folder or hub name; `laptop` (default): the laptop recipe's base before training, whose cost is that of the trained one.
SENTENCES (200) of the shared wikineural_en and wikineural_de test files, 5 types, the evaluation's batch size, in PAIRS (5) alternating
pairs of calls in one process; the median of the pairs' ratios. The export is refused unless its scores equal PyTorch's.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from asknews_ner.evaluate.benchmarks.folders import read_folder
from asknews_ner.evaluate.inference.onnx_export import export, load_exported
from asknews_ner.evaluate.inference.scorer import GlinerScorer
from asknews_ner.recipe import load_recipe
from asknews_ner.train.__main__ import quiet_libraries
from asknews_ner.train.gliner.model import load_model, new_model

TYPES = ["person", "organization", "location", "date", "event"]
THRESHOLD = 0.99  # few spans are above it, also without training: models are timed, not lists of spans


def main(place: str = "laptop", sentences: int = 200, pairs: int = 5) -> None:
    quiet_libraries()
    recipe = load_recipe("laptop")
    folders = [Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "benchmarks" / f"wikineural_{language}" for language in ("en", "de")]
    rows = [row["tokenized_text"] for folder in folders for row in read_folder(folder).rows[: sentences // 2]]
    model = (
        new_model(recipe.base_model("laptop"), recipe.tune.max_types, recipe.tune.max_length, seed=1)
        if place == "laptop"
        else load_model(place)
    )
    with tempfile.TemporaryDirectory() as folder:
        parity = export(model.eval(), Path(folder) / "exported", recipe.evaluate.threshold, recipe.predict.onnx_tolerance)
        models = {"torch": model, "onnx": load_exported(Path(folder) / "exported")}
        scorers = {name: GlinerScorer(one, recipe.evaluate.batch_size, THRESHOLD) for name, one in models.items()}
        for scorer in scorers.values():
            scorer.candidates(rows[:32], TYPES, THRESHOLD, lambda *_: None)
        seconds: dict[str, list[float]] = {name: [] for name in scorers}
        for _ in range(pairs):
            for name, scorer in scorers.items():
                start = time.process_time()
                scorer.candidates(rows, TYPES, THRESHOLD, lambda *_: None)
                seconds[name].append(time.process_time() - start)
    ratios = [one / other for one, other in zip(seconds["torch"], seconds["onnx"], strict=True)]
    rates = {name: len(rows) / median(of_one) for name, of_one in seconds.items()}
    words = sum(map(len, rows)) / len(rows)
    print(f"{len(rows)} sentences of {words:.0f} words, {pairs} pairs: torch {rates['torch']:.0f} a second, onnx {rates['onnx']:.0f}")
    print(f"as fast: {median(ratios):.2f} (median; {min(ratios):.2f} to {max(ratios):.2f})")
    print(f"parity: {parity.as_text()}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "laptop", *(int(argument) for argument in sys.argv[2:]))
