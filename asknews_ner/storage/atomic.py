"""Whole files or none: written beside their place, flushed, then moved over it."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from asknews_ner.storage.locks import lock_of, locked


@contextmanager
def replacing(path: Path, flush: bool = True) -> Iterator[Path]:
    """A temporary path in the same folder; on leaving without an error it takes the place of `path`.

    A kill at any point leaves the old file or the new one, never half of it (a stray temporary file starts with `.tmp-`).
    A full disk raises OSError here, and the old file stays. `flush` waits until the bytes are on the disk, so that a power
    cut cannot take them either; without it a power cut may leave a file that cannot be read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".tmp-", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        if flush:
            with temporary.open("rb") as written:
                os.fsync(written.fileno())
        # mkstemp makes private files; give the usual permissions so that other users of the folder can read the results.
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: Path, data: bytes) -> None:
    """Replace the file at `path` by `data` as a whole."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Replace the file at `path` by `text` (UTF-8, unchanged line ends) as a whole."""
    write_bytes(path, text.encode())


def replace_folder(path: Path, fill: Callable[[Path], None]) -> None:
    """Fill a new folder beside `path` with `fill`, then put it in place of the old one. Of two at once the second one waits for the first.

    A kill between the two renames leaves no folder at `path` (the old one is beside it, as `.old-<name>`): whoever made
    it finds nothing and makes it again. It never leaves half a folder."""
    new, old = path.with_name(f".new-{path.name}"), path.with_name(f".old-{path.name}")
    with locked(lock_of(path)):
        for leftover in (new, old):
            _remove_tree(leftover)
        new.mkdir()
        fill(new)
        if path.exists():
            os.replace(path, old)
        os.replace(new, path)
        _remove_tree(old)


def link_or_copy(file: Path, to: Path) -> None:
    """The same bytes at another place: a second name for them where the file system knows that, else a copy. Neither may be written to."""
    try:
        os.link(file, to)
    except OSError:
        shutil.copy2(file, to)


@contextmanager
def scratch_folder(path: Path) -> Iterator[Path]:
    """An empty folder for the time of a job; what an earlier, killed job left in it is removed first, and all of it at the end.

    Of two jobs with the same folder the second one waits for the first."""
    with locked(lock_of(path)):
        _remove_tree(path)
        path.mkdir(parents=True)
        try:
            yield path
        finally:
            _remove_tree(path)


def _remove_tree(path: Path) -> None:
    if path.exists():
        shutil.rmtree(path)


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
