"""`python -m asknews_ner.low_resource.study JOB.json`: the trainings of one language in a process of its own, cell by cell.

Each finished cell is a file: the same job goes on where a killed one left off."""

import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from asknews_ner.train.__main__ import die_with_parent, quiet_libraries, stop_on_interrupt


def main(arguments: list[str]) -> int:
    """Exit code 0 when all cells are there, 2 with one clear line otherwise."""
    from dagster_pipes import open_dagster_pipes

    from asknews_ner.low_resource.study.cell_files import CellResult
    from asknews_ner.low_resource.study.job import read_job
    from asknews_ner.low_resource.study.run import StudyRun
    from asknews_ner.recipe import RecipeError

    if len(arguments) != 1:
        sys.stderr.write("usage: python -m asknews_ner.low_resource.study JOB.json\n")
        return 2
    die_with_parent()
    stop_on_interrupt()
    quiet_libraries()
    job = read_job(Path(arguments[0]))
    _limit_threads(job.threads)
    session: Any = open_dagster_pipes() if "DAGSTER_PIPES_CONTEXT" in os.environ else nullcontext()
    with session as pipes:
        run = StudyRun(job)
        total = len(run.plan()[0])
        done = 0

        def say(result: CellResult, was_there: bool) -> None:
            nonlocal done
            done += 1
            score = result.score
            line = (
                f"{done}/{total} {score.language} {score.regime} {score.source} {score.size} rows, seed {score.seed}: "
                f"F1 {score.f1:.4f}" + (", was there" if was_there else f", {result.seconds:.1f} s")
            )
            if pipes is None:
                sys.stdout.write(line + "\n")
                sys.stdout.flush()
            elif not was_there:
                pipes.log.info(line)

        try:
            run.run(say)
        except RecipeError as error:
            sys.stderr.write(f"error: {error}\n")
            return 2
        if pipes is not None:
            pipes.report_asset_materialization(metadata={"cells": done})
    return 0


def _limit_threads(threads: int) -> None:
    if threads:
        import torch

        torch.set_num_threads(threads)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
