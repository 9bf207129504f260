"""Clustering engines on the same vectors: how far they agree with scikit-learn's HDBSCAN, and what they cost.

    ASKNEWS_NER_SHARED=FOLDER python benchmarks/topic_engines.py [agree planted | agree real | grow]

`agree`: 5,000, 12,000 and 20,000 vectors, planted ones (a topic for 50 vectors, a fifth noise, 384 dimensions) and real ones (MiniLM
on passages of the shared news, all languages); adjusted Rand index with noise as clusters of one, noise shares, CPU seconds and peak
memory, each engine in a process of its own with one thread. `grow`: fast-hdbscan alone on planted vectors, 10,000 to 200,000, and
the slope of time over size in logarithms. Parameters of recipe `archive` but for UMAP: smallest topic 10, min_samples 4.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from asknews_ner.diversify.clustering.engines import cluster
from asknews_ner.recipe import load_recipe

PARAMS = load_recipe("archive").topics.model_copy(
    update={"min_cluster_size": 10, "min_samples": 4, "reduce_to": 0, "fast_from_articles": 10**9}
)
ENGINES = ("scikit-learn", "hdbscan", "fast-hdbscan")
SIZES = (5_000, 12_000, 20_000)
GROWTH = (10_000, 25_000, 50_000, 100_000, 200_000)
Vectors = NDArray[np.float32]


def planted(rows: int) -> Vectors:
    rng = np.random.default_rng(0)
    inside = int(rows * 0.8)
    centres = rng.standard_normal((rows // 50, 384), dtype=np.float32)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    near = centres[rng.integers(0, len(centres), inside)] + 0.6 * rng.standard_normal((inside, 384), dtype=np.float32) / np.sqrt(384)
    vectors = np.vstack([near, rng.standard_normal((rows - inside, 384), dtype=np.float32)])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32)  # type: ignore[no-any-return]


def real(rows: int) -> Vectors:
    """Beginnings of articles, then passages from further on; each once."""
    import pandas as pd

    from asknews_ner.diversify.embedding.encoders import SentenceTransformerEncoder

    files = sorted((Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "news").glob("articles_*.parquet"))
    texts = [text for file in files for text in pd.read_parquet(file)["text"] if isinstance(text, str)]
    passages = [text[:250] for text in texts] + [text[600:850] for text in texts if len(text) >= 850]
    distinct = sorted(set(passages))
    order = np.random.default_rng(0).permutation(len(distinct))[:rows]
    vectors, _ = SentenceTransformerEncoder(load_recipe("archive").embed).encode([distinct[index] for index in order])
    return vectors


def one(engine: str, file: str) -> None:
    """In a process of its own: cluster, print CPU seconds and peak memory, leave the labels beside the vectors."""
    vectors = np.load(file)
    params = PARAMS.model_copy(update={"engine": engine})
    cluster(vectors[:600].astype(np.float64), params, 0)  # imports, and the compilation of fast-hdbscan
    started = time.process_time()
    found = cluster(vectors.astype(np.float64), params, 0)
    seconds = time.process_time() - started
    np.save(f"{file}.{engine}.npy", found.labels)
    sys.stdout.write(f"{seconds} {peak_megabytes()}\n")


def peak_megabytes() -> float:
    """Of this program alone: `getrusage` would start from what the process held that started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def run(engine: str, file: Path) -> tuple[float, float, NDArray[np.intp]]:
    """(CPU seconds, peak MB, labels)."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    line = [sys.executable, __file__, "one", engine, str(file)]
    done = subprocess.run(line, capture_output=True, text=True, check=True, env=environment)
    seconds, peak = (float(value) for value in done.stdout.split())
    return seconds, peak, np.load(f"{file}.{engine}.npy")


def alone(labels: NDArray[np.intp]) -> NDArray[np.intp]:
    labels = labels.copy()
    labels[labels < 0] = 10**6 + np.arange((labels < 0).sum())
    return labels


def agree(folder: Path, kinds: Sequence[str]) -> None:
    from sklearn.metrics import adjusted_rand_score

    for name in kinds:
        vectors = real(max(SIZES)) if name == "real" else None
        for size in SIZES:
            file = folder / f"{name}-{size}.npy"
            np.save(file, planted(size) if vectors is None else vectors[:size])
            reference, slow, theirs = 0.0, 0.0, np.zeros(0, dtype=np.intp)
            for engine in ENGINES:
                seconds, peak, labels = run(engine, file)
                if engine == ENGINES[0]:
                    reference, slow, theirs = float((labels < 0).mean()), seconds, labels
                score = adjusted_rand_score(alone(theirs), alone(labels))
                sys.stdout.write(
                    f"{name:8} {size:6} {engine:13} ARI {score:.4f}, {labels.max() + 1:4} topics, noise {(labels < 0).mean():6.1%} "
                    f"({(labels < 0).mean() - reference:+.1%}), {seconds:7.1f} CPU s ({slow / seconds:.1f} times as fast), {peak:.0f} MB\n"
                )
                sys.stdout.flush()


def grow(folder: Path) -> None:
    times = []
    for size in GROWTH:
        file = folder / "grow.npy"
        np.save(file, planted(size))
        seconds, peak, labels = run("fast-hdbscan", file)
        times.append(seconds)
        sys.stdout.write(f"{size:7} vectors: {seconds:7.1f} CPU s, {peak:6.0f} MB, {labels.max() + 1} topics\n")
        sys.stdout.flush()
    slope = np.polyfit(np.log(GROWTH), np.log(times), 1)[0]
    sys.stdout.write(f"time grows as n^{slope:.2f}\n")


if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) > 1 else "all"
    if what == "one":
        one(sys.argv[2], sys.argv[3])
    else:
        with tempfile.TemporaryDirectory() as place:
            if what in ("all", "agree"):
                agree(Path(place), sys.argv[2:] or ("planted", "real"))
            if what in ("all", "grow"):
                grow(Path(place))
