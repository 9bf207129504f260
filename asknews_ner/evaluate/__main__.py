"""`python -m asknews_ner.evaluate JOB.json`: one scoring job in a process of its own; writes its tables as Parquet, the scores last."""

import os
import sys
from pathlib import Path
from typing import Any

from asknews_ner.train.__main__ import die_with_parent, quiet_libraries


def main(arguments: list[str]) -> int:
    """Exit code 0 when both files are in place, 2 with one clear line otherwise."""
    from tqdm import tqdm

    from asknews_ner.batches.mapper import BatchError
    from asknews_ner.batches.on_ray import mapper_at
    from asknews_ner.evaluate.benchmarks.benchmark import BenchmarkError
    from asknews_ner.evaluate.job import read_job
    from asknews_ner.evaluate.run import run_job, sentence_count
    from asknews_ner.evaluate.sets import sets_of
    from asknews_ner.evaluate.tables_of_job import write_tables
    from asknews_ner.recipe import RecipeError

    if len(arguments) != 1:
        sys.stderr.write("usage: python -m asknews_ner.evaluate JOB.json\n")
        return 2
    die_with_parent()
    quiet_libraries()
    job = read_job(Path(arguments[0]))
    try:
        hidden = os.environ.get("ASKNEWS_NER_BARS", "1") == "0"
        mapper = mapper_at(os.environ.get("ASKNEWS_NER_RAY_CLUSTER", ""), float(os.environ.get("ASKNEWS_NER_RAY_GPUS") or 0))
        sets = sets_of(job)
        with tqdm(desc="score", unit="sentence", total=sentence_count(job, sets), disable=hidden, leave=False) as bar:
            tables = run_job(job, lambda count, *_: _advance(bar, count), sets, mapper)
    except (RecipeError, BenchmarkError, BatchError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    write_tables(tables, Path(job.output))
    return 0


def _advance(bar: Any, count: int) -> None:
    bar.update(count)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
