"""A training job of two seconds, which notes in its job file when it began and ended."""

import sys
import time
from pathlib import Path

from dagster_pipes import open_dagster_pipes

if __name__ == "__main__":
    began = time.time()
    with open_dagster_pipes():
        time.sleep(2)
    Path(sys.argv[1]).write_text(f"{began} {time.time()}")
