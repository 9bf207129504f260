"""`python -m asknews_ner.experiments JOB.json`: the trainings of an experiment in a process of its own.

Each finished training is a file: the same job goes on where a killed one left off."""

import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from asknews_ner.train.__main__ import die_with_parent, quiet_libraries, stop_on_interrupt


def main(arguments: list[str]) -> int:
    """Exit code 0 when all trainings are there, 2 with one clear line otherwise."""
    from dagster_pipes import open_dagster_pipes

    from asknews_ner.experiments.cells import Trial
    from asknews_ner.experiments.job import CellJob, read_job
    from asknews_ner.experiments.run import run
    from asknews_ner.recipe import RecipeError

    if len(arguments) != 1:
        sys.stderr.write("usage: python -m asknews_ner.experiments JOB.json\n")
        return 2
    die_with_parent()
    stop_on_interrupt()
    quiet_libraries()
    job = read_job(Path(arguments[0]))
    session: Any = open_dagster_pipes() if "DAGSTER_PIPES_CONTEXT" in os.environ else nullcontext()
    with session as pipes:
        done = 0

        def say(cell: CellJob, trial: Trial, was_there: bool) -> None:
            nonlocal done
            done += 1
            took = "was there" if was_there else f"{trial.seconds:.0f} s"
            line = f"{done}/{len(job.cells)} {job.experiment}: {cell.family}, {cell.arm}, {trial.rows} rows, seed {cell.seed}: {took}"
            if pipes is None:
                sys.stdout.write(line + "\n")
                sys.stdout.flush()
            elif not was_there:
                pipes.log.info(line)

        try:
            run(job, say)
        except RecipeError as error:
            sys.stderr.write(f"error: {error}\n")
            return 2
        if pipes is not None:
            pipes.report_asset_materialization(metadata={"trainings": done})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
