"""A training job that never ends: says through Pipes that it runs, and on an interrupt saves a file, as a training saves a checkpoint.

Run as `python -m asknews_ner_tests.orchestration.slow_program JOB.json`; `saved` and `pid` lie beside the job."""

import os
import signal
import sys
import time
from pathlib import Path

from dagster_pipes import open_dagster_pipes

from asknews_ner.train.__main__ import die_with_parent, stop_on_interrupt


def main(job: Path) -> None:
    die_with_parent()
    stop_on_interrupt()
    signal.signal(signal.SIGTERM, lambda *_: stop(job))
    with open_dagster_pipes() as pipes:
        (job.parent / "pid").write_text(str(os.getpid()))
        pipes.log.info("step 1 of many: loss 2.5")
        while True:
            time.sleep(0.05)


def stop(job: Path) -> None:
    (job.parent / "saved").write_text("checkpoint")
    sys.exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
