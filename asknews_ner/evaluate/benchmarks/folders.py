"""Benchmarks in folders of files."""

import gzip
import json
from pathlib import Path

from asknews_ner.evaluate.benchmarks.benchmark import Benchmark, BenchmarkError, benchmark
from asknews_ner.train.rows import GlinerRow


def read_folder(folder: Path, split: str = "test") -> Benchmark:
    """A benchmark folder with `<split>.jsonl.gz` (or .jsonl) in GLiNER form, types as they stand.

    Raises BenchmarkError naming file and line."""
    found = [path for path in (folder / f"{split}.jsonl.gz", folder / f"{split}.jsonl") if path.is_file()]
    if not found:
        raise BenchmarkError(f"{folder}: no {split}.jsonl.gz or {split}.jsonl here")
    opener = gzip.open if found[0].suffix == ".gz" else open
    rows: list[GlinerRow] = []
    with opener(found[0], "rt", encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                row = json.loads(line)
                rows.append({"tokenized_text": list(row["tokenized_text"]), "ner": [[int(s), int(e), str(t)] for s, e, t in row["ner"]]})
            except (KeyError, TypeError, ValueError) as error:
                raise BenchmarkError(f"{found[0]}:{number}: not a row in GLiNER form ({error})") from error
    return benchmark(folder.name, rows, [""] * len(rows), "its authors")
