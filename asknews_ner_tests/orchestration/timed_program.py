"""A training job of two seconds: says a log line, reports a figure, and notes in its job file when it began and ended."""

import sys
import time
from pathlib import Path

from dagster_pipes import open_dagster_pipes

if __name__ == "__main__":
    began = time.time()
    with open_dagster_pipes() as pipes:
        pipes.log.info("step 1 of 1: loss 2.5")
        time.sleep(2)
        pipes.report_asset_materialization(metadata={"steps": 1})
    Path(sys.argv[1]).write_text(f"{began} {time.time()}")
