"""One local training or scoring job at a time on a machine, whoever started it.

Dagster's pool `gpu` keeps runs waiting, and with PostgreSQL it locks the row of a slot. With SQLite it cannot: two steps that ask in the
same moment both read the slot as free and both take it (seen in test_training_launcher.py). A file lock of the operating system closes
that gap."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from asknews_ner.storage.locks import Say, locked


def machine_lock() -> Path:
    """The lock file of this machine and user."""
    return Path(tempfile.gettempdir()) / f"asknews-ner-{os.getuid()}.training.lock"


@contextmanager
def one_at_a_time(path: Path, say: Say) -> Iterator[None]:
    """Hold the lock, waiting for it as long as it takes; `say` tells once that there is a wait. An interrupt ends the wait."""
    with locked(path, say, "another training or scoring job runs on this machine"):
        yield
