"""`python -m asknews_ner.train JOB.json`: one training job in a process of its own, with or without Dagster above it.

It dies with its parent: two trainings that share a GPU because one was orphaned cost both (facts: dagster.md §4)."""

import ctypes
import json
import logging
import os
import signal
import sys
import time
import warnings
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dagster_pipes import PipesContext, open_dagster_pipes

_PR_SET_PDEATHSIG = 1
_EXIT_CANNOT = 2
_LOG_STEPS = 50
_SHOWN = ("epoch", "loss", "eval_loss", "eval_f1", "learning_rate", "head_learning_rate", "samples_per_second", "memory_mb")
EXIT_STOPPED = 75
"""Told to stop by SIGTERM, with a checkpoint saved: the same job goes on from there (sysexits' EX_TEMPFAIL: try again)."""


def main(arguments: list[str]) -> int:
    """Exit code 0 when the model is in place, 75 when SIGTERM stopped the run, 2 with one clear line otherwise."""
    from asknews_ner.recipe import RecipeError
    from asknews_ner.train.job import read_job
    from asknews_ner.train.run import TrainingError, TrainingStopped, run_job
    from asknews_ner.train.run_facts import read_run_facts, run_facts, write_run_facts

    if len(arguments) != 1:
        sys.stderr.write("usage: python -m asknews_ner.train JOB.json\n")
        return _EXIT_CANNOT
    die_with_parent()
    stop_on_interrupt()
    quiet_libraries()
    job = read_job(Path(arguments[0]))
    under_dagster = "DAGSTER_PIPES_CONTEXT" in os.environ
    session: Any = open_dagster_pipes() if under_dagster else nullcontext()
    with session as pipes:
        report = _Reporter(f"train {Path(job.output).name}", pipes if under_dagster else None)
        started = time.monotonic()
        try:
            result = run_job(job, report)
        except (RecipeError, TrainingError) as error:
            sys.stderr.write(f"error: {error}\n")
            return _EXIT_CANNOT
        except TrainingStopped as stopped:
            sys.stderr.write(f"{stopped}\n")
            return EXIT_STOPPED
        finally:
            report.close()
        facts = read_run_facts(Path(job.output))  # a new model's folder has none: else another process trained it, and said so
        if facts is None:
            facts = run_facts(time.monotonic() - started, result.steps)
            write_run_facts(Path(job.output), facts)
        if under_dagster:
            pipes.report_asset_materialization(metadata={f"run_{name}": value for name, value in asdict(facts).items()})
    return 0


class _Reporter:
    """A progress bar for people at a terminal, log lines for Dagster's event log."""

    def __init__(self, what: str, pipes: PipesContext | None) -> None:
        from tqdm import tqdm

        self._pipes = pipes
        self._bar = tqdm(desc=what, unit="step", disable=os.environ.get("ASKNEWS_NER_BARS", "1") == "0", leave=False)
        self._logged_at = 0.0

    def __call__(self, numbers: dict[str, float]) -> None:
        self._bar.total = numbers["steps"]
        self._bar.update(numbers["step"] - self._bar.n)
        shown = {key: float(f"{numbers[key]:.4g}") for key in _SHOWN if key in numbers}
        self._bar.set_postfix({key: value for key, value in shown.items() if "loss" in key})
        evaluated = "eval_loss" in numbers or "eval_f1" in numbers
        if self._pipes is not None and (numbers["step"] - self._logged_at >= _LOG_STEPS or evaluated):
            self._logged_at = numbers["step"]
            self._pipes.log.info(json.dumps({"step": int(numbers["step"]), "of": int(numbers["steps"]), **shown}))

    def close(self) -> None:
        """Take the bar away."""
        self._bar.close()


def die_with_parent() -> None:
    """Ask Linux to kill this process when the one that started it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def stop_on_interrupt() -> None:
    """Take an interrupt for a termination: a step that is told to end sends its Pipes child SIGINT, whatever it got itself, and training
    knows one way to stop, SIGTERM."""
    signal.signal(signal.SIGINT, lambda *_: os.kill(os.getpid(), signal.SIGTERM))


def quiet_libraries() -> None:
    """No notices of libraries between our own lines; their errors still show."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    warnings.filterwarnings("ignore")
    for name in ("transformers", "gliner", "accelerate"):
        logging.getLogger(name).setLevel(logging.ERROR)
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
