"""Marks of living run processes: a lock of the operating system for each, which ends with the process, however it ends.

One file for all runs, one byte a run, at the place that its id says (POSIX record locks; nothing is written). They are seen by every
process on the same machine that has the folder, in another container, too."""

import errno
import fcntl
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

_FILE = "run_marks.lock"
_PLACES = 2**62  # what the offset of a file holds


@dataclass
class RunMark:
    """The mark of the run that this process carries out. A process has one run at a time: the next one's mark replaces it."""

    descriptor: int = -1

    def hold(self, folder: Path, run_id: str) -> None:
        """Mark a run as alive until this process ends or marks another. Several processes may mark one run: an executor may give each step
        its own. (Closing the file gives up every lock of the process on it.)"""
        if self.descriptor >= 0:
            os.close(self.descriptor)
        folder.mkdir(parents=True, exist_ok=True)
        self.descriptor = os.open(folder / _FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        fcntl.lockf(self.descriptor, fcntl.LOCK_SH, 1, _place(run_id))


OWN_MARK = RunMark()
"""This process's."""


def is_marked(folder: Path, run_id: str) -> bool:
    """Whether another process holds the run's mark. Not for a process that holds one itself: closing the file would give it up."""
    file = folder / _FILE
    if not file.exists():
        return False
    descriptor = os.open(file, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _place(run_id))
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EAGAIN):
            raise
        return True
    finally:
        os.close(descriptor)
    return False


def _place(run_id: str) -> int:
    return uuid.UUID(run_id).int % _PLACES
