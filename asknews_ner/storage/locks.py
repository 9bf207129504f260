"""One after another: file locks of the operating system, given back when their process ends, however it ends.

They hold among all processes that see the folder: of one machine, or of several on a network file system that knows locks (NFS 4). Object
stores have none; there a writer's condition decides (`storage.objects`). The files are empty; who was alone removes his."""

import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

_LOOK_AGAIN_SECONDS = 0.1
_NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS)

Say = Callable[[str], object]


def silent(_: str) -> None:
    """Says nothing."""


@contextmanager
def locked(file: Path, say: Say = silent, why: str = "", shared: bool = False) -> Iterator[None]:
    """Hold the lock, waiting for it as long as it takes; an interrupt ends the wait. `say` tells once that there is a wait, with `why`.

    `shared`: together with others that hold it so, and with none that holds it alone. Where the file system has no locks, that is said, and
    nobody waits: two writers then do the work twice, and the last whole file stands. Not for a process that holds the lock already."""
    file.parent.mkdir(parents=True, exist_ok=True)
    waiting = False
    while True:
        with file.open("a") as handle:
            taken = _taken(handle.fileno(), fcntl.LOCK_SH if shared else fcntl.LOCK_EX, file, say)
            if taken and _is_at(handle.fileno(), file):
                try:
                    yield
                finally:
                    if not shared:
                        file.unlink(missing_ok=True)
                return
        if not taken:
            if not waiting:
                say(f"{why or 'somebody else works on this'} ({file} is locked); waiting for its end")
                waiting = True
            time.sleep(_LOOK_AGAIN_SECONDS)


@contextmanager
def all_locked(files: list[Path], say: Say = silent, why: str = "") -> Iterator[None]:
    """Several locks, taken in the order of their names, so that two who want the same ones never wait for each other."""
    with ExitStack() as stack:
        for file in sorted(set(files)):
            stack.enter_context(locked(file, say, why))
        yield


def lock_of(path: Path, what: str = "") -> Path:
    """The lock file beside a file or folder; its name starts with a point, so that nobody takes it for a part of what lies there."""
    return path.with_name(f".{path.name.lstrip('.')}{'.' if what else ''}{what}.lock")


def _taken(descriptor: int, kind: int, file: Path, say: Say) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        say(f"the file system of {file} has no locks ({error.strerror}): keep to one run at a time on it")
    return True


def _is_at(descriptor: int, file: Path) -> bool:
    """Whether the file is still the one at that place: who had the lock before removed it, and somebody may have made another."""
    try:
        there = file.stat()
    except FileNotFoundError:
        return False
    here = os.fstat(descriptor)
    return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)
