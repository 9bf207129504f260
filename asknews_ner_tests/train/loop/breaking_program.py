"""`python breaking_program.py JOB.json:STEP,STEP …`: run training jobs again and again, and kill each at each of its steps.

Each try is a child process that kills itself with SIGKILL (TERM before a number: sends itself SIGTERM) when it logs the step; the last
one of a job runs to the end. Prints each child's exit status. Forked after the imports, which take longer than the training."""

import os
import signal
import sys
from pathlib import Path

from asknews_ner.train.__main__ import main as train
from asknews_ner.train.__main__ import quiet_libraries
from asknews_ner.train.job import read_job


def child(job: str, kill_at: str) -> int:
    from asknews_ner.train import run

    original = run.run_job

    def breaking(read, report):
        def reporting(numbers):
            report(numbers)
            if kill_at and numbers["step"] >= int(kill_at.removeprefix("TERM")) and "loss" in numbers:
                os.kill(os.getpid(), signal.SIGTERM if kill_at.startswith("TERM") else signal.SIGKILL)

        return original(read, reporting)

    run.run_job = breaking
    return train([job])


def main(*runs: str) -> None:
    quiet_libraries()
    import gliner.training  # noqa: F401 - before the forks
    import torch

    torch.set_num_threads(1)
    for run in runs:
        job, _, steps = run.partition(":")
        read_job(Path(job))
        for step in [*steps.split(",")] if steps else []:
            finish(job, step)
        finish(job, "")


def finish(job: str, kill_at: str) -> None:
    process = os.fork()
    if process == 0:
        code = 1
        try:
            code = child(job, kill_at)
        finally:
            os._exit(code)
    _, status = os.waitpid(process, 0)
    sys.stdout.write(f"{Path(job).stem} {os.waitstatus_to_exitcode(status)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
