"""One local training or scoring job at a time on a machine, whoever started it.

Dagster's pool `gpu` keeps runs waiting, and with PostgreSQL it locks the row of a slot. With SQLite it cannot: two steps that ask in the
same moment both read the slot as free and both take it (seen in test_training_launcher.py). A file lock of the operating system closes
that gap; it is given back when its process ends, however it ends."""

import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_LOOK_AGAIN_SECONDS = 1.0


def machine_lock() -> Path:
    """The lock file of this machine and user."""
    return Path(tempfile.gettempdir()) / f"asknews-ner-{os.getuid()}.training.lock"


@contextmanager
def one_at_a_time(path: Path, say: Callable[[str], object]) -> Iterator[None]:
    """Hold the lock, waiting for it as long as it takes; `say` tells once that there is a wait. An interrupt ends the wait."""
    with path.open("a") as file:
        waiting = False
        while not _taken(file.fileno()):
            if not waiting:
                say(f"another training or scoring job runs on this machine ({path} is locked); waiting for its end")
                waiting = True
            time.sleep(_LOOK_AGAIN_SECONDS)
        yield


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
