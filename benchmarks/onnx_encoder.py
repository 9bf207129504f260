"""The packaged encoder on ONNX Runtime against Sentence Transformers on PyTorch: same vectors, texts a second.

    ASKNEWS_NER_SHARED=FOLDER python benchmarks/onnx_encoder.py [TEXTS] [PAIRS]

TEXTS (600) beginnings of 350 characters of the shared news, all languages, in PAIRS (5) alternating pairs of calls in one process; the
median of the pairs' ratios, and the least cosine between the two vectors of a text.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from asknews_ner.diversify.embedding.encoders import SentenceTransformerEncoder
from asknews_ner.recipe import load_recipe


def main(texts: int = 600, pairs: int = 5) -> None:
    files = sorted((Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "news").glob("articles_*.parquet"))
    distinct = sorted({text[:350] for file in files for text in pd.read_parquet(file)["text"] if isinstance(text, str)})
    chosen = [distinct[index] for index in np.random.default_rng(0).permutation(len(distinct))[:texts]]
    params = load_recipe("archive").embed
    with tempfile.TemporaryDirectory() as folder:
        by_runtime = {
            runtime: SentenceTransformerEncoder(params.model_copy(update={"runtime": runtime}), Path(folder))
            for runtime in ("torch", "onnx")
        }
        vectors = {runtime: encoder.encode(chosen)[0] for runtime, encoder in by_runtime.items()}
        seconds: dict[str, list[float]] = {runtime: [] for runtime in by_runtime}
        for _ in range(pairs):
            for runtime, encoder in by_runtime.items():
                start = time.perf_counter()
                encoder.encode(chosen)
                seconds[runtime].append(time.perf_counter() - start)
    ratios = [one / other for one, other in zip(seconds["torch"], seconds["onnx"], strict=True)]
    rates = {runtime: texts / median(of_one) for runtime, of_one in seconds.items()}
    print(f"{texts} texts, {pairs} pairs: torch {rates['torch']:.0f} texts/s, onnx {rates['onnx']:.0f} texts/s")
    print(f"as fast: {median(ratios):.2f} (median; {min(ratios):.2f} to {max(ratios):.2f})")
    print(f"least cosine of a text's two vectors: {(vectors['torch'] * vectors['onnx']).sum(axis=1).min():.6f}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
