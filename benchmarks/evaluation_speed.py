"""Sentences a second of our evaluation against `model.evaluate`, on the same model, sentences and types; and its peak memory.

    ASKNEWS_NER_SHARED=FOLDER python benchmarks/evaluation_speed.py [MODEL] [SENTENCES] [PAIRS] [SET ...]

MODEL: folder or hub name; `random` for a GLiNER on MiniLM, `random-small` for one of the size of gliner_small-v2.1 (DeBERTa-v3-small's
shape, heads of 512), both with random weights. The first SENTENCES (200) of the test splits of the SETS (crossner_science, wnut17 and
the nested nerel), in PAIRS (3) alternating pairs of runs in one process on one thread: medians of the pairs' ratios, of wall-clock time
and of CPU time (which counts where others use the machine too). Then the parts of it, one after another, and each way's peak memory,
in a process of its own. GLiNER's batch is 12, that of its evaluation code; ours 16.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from scored_models import the_model

from asknews_ner.evaluate.benchmarks.benchmark import Benchmark, first_drawn
from asknews_ner.evaluate.benchmarks.collection import read_set
from asknews_ner.evaluate.scores.counts import count, f1_of_counts, gold_of
from asknews_ner.recipe import load_recipe
from asknews_ner.train.__main__ import quiet_libraries
from asknews_ner.train.gliner import predict as prediction

SETS = ("crossner_science", "wnut17", "nerel")
THRESHOLD = 0.4
WAYS = ("model.evaluate", "ours", "ours, bfloat16")


def main(name: str, sentences: int, pairs: int, *sets: str) -> None:
    quiet()
    model = the_model(name)
    for chosen in sets or SETS:
        benchmark = read(chosen, sentences)
        runs: dict[str, list[tuple[float, float]]] = {}
        f1: dict[str, float] = {}
        for _ in range(pairs):
            for way in WAYS:
                f1[way], wall, cpu = timed(way, model, benchmark)
                runs.setdefault(way, []).append((wall, cpu))
        words = sum(len(row["tokenized_text"]) for row in benchmark.rows) / len(benchmark.rows)
        print(f"\n{chosen}: {len(benchmark.rows)} sentences of {words:.0f} words, {len(benchmark.types)} types, {pairs} pairs")
        for way in WAYS:
            by_wall, by_cpu = (ratio(runs, way, column) for column in (0, 1))
            rate = len(benchmark.rows) / median(second for _, second in runs[way])
            print(f"  {way}: {rate:.1f} sentences/cpu-s, as fast {by_cpu} (cpu), {by_wall} (wall), F1 {f1[way]:.6f}")
        print("  parts:", ", ".join(parts(model, benchmark)))
    print()
    for way in WAYS:
        command = [sys.executable, __file__, "memory", way, name, str(sentences), (sets or SETS)[0]]
        print(f"peak memory, {way}: {subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip().splitlines()[-1]}")


def evaluate(way: str, model: Any, benchmark: Benchmark) -> float:
    """Micro-F1. `ours, bfloat16` converts the weights first and back afterwards, within the time."""
    import torch

    if way == "model.evaluate":
        return float(
            model.evaluate(benchmark.rows, flat_ner=not benchmark.nested, threshold=THRESHOLD, batch_size=12, entity_types=benchmark.types)[
                1
            ]
        )
    kept = {key: value.clone() for key, value in model.model.state_dict().items()} if "bfloat16" in way else None
    if kept is not None:
        model.model.to(torch.bfloat16)
    spans = prediction.predict(
        model, benchmark.rows, benchmark.types, THRESHOLD, 16, lambda *_: None, benchmark.nested, load_recipe("laptop").evaluate.batch_words
    )
    if kept is not None:
        model.model.to(torch.float32)
        model.model.load_state_dict(kept)
    return f1_of_counts(count(gold_of(benchmark), spans))


def parts(model: Any, benchmark: Benchmark) -> list[str]:
    """Ratio to `model.evaluate` in CPU time with one measure more each time."""
    no_onednn = {"onednn_products": lambda _: nullcontext()}
    no_arithmetic = {**no_onednn, "can_score": lambda _: False}
    steps: list[tuple[str, dict[str, Any]]] = [
        ("one reading in the set's order", {**no_arithmetic, "_batches": in_order}),
        ("+ by length", no_arithmetic),
        ("+ less arithmetic for spans", no_onednn),
        ("+ oneDNN", {}),
    ]
    base = timed("model.evaluate", model, benchmark)[2]
    found = []
    for label, changes in steps:
        with patch.multiple(prediction, **changes) if changes else nullcontext():
            found.append(f"{label} {base / timed('ours', model, benchmark)[2]:.2f}")
    return found


def in_order(lengths: Sequence[int], most: int, _: int | None) -> Iterator[list[int]]:
    """Batches in the set's order."""
    yield from ([*range(start, min(start + most, len(lengths)))] for start in range(0, len(lengths), most))


def timed(way: str, model: Any, benchmark: Benchmark) -> tuple[float, float, float]:
    """(micro-F1, wall-clock seconds, CPU seconds)."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = evaluate(way, model, benchmark)
    return found, time.perf_counter() - wall, time.process_time() - cpu


def ratio(runs: dict[str, list[tuple[float, float]]], way: str, column: int) -> str:
    """Median of the pairs' ratios, with least and most."""
    ratios = [one[column] / other[column] for one, other in zip(runs["model.evaluate"], runs[way], strict=True)]
    return f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def read(name: str, sentences: int) -> Benchmark:
    return first_drawn(read_set(Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "benchmarks" / name), sentences, 0)


def memory(way: str, name: str, sentences: int, chosen: str) -> None:
    """Print the peak memory of this process while it evaluates."""
    model, benchmark = the_model(name), read(chosen, sentences)
    before = _status("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak of loading the model
    evaluate(way, model, benchmark)
    after = _status("VmHWM")
    print(f"{after} MiB, {after - before} MiB more than before")


def _status(name: str) -> int:
    """A figure of this process on Linux, in MiB."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) // 1024


def quiet() -> None:
    import torch

    quiet_libraries()
    torch.set_num_threads(1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["memory"]:
        quiet()
        memory(sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5])
    else:
        name, sentences, pairs, *sets = (*sys.argv[1:], *("random", "200", "3")[len(sys.argv) - 1 :])
        main(name, int(sentences), int(pairs), *sets)
