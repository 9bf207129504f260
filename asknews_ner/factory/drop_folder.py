"""The drop folder: files of articles on this disk, or objects under a prefix in an object store, copied here before they are read.

A file on a disk may still be written to. One that changed less than `settle_seconds` ago is left for later, as if it were not there;
an object in a store appears as a whole."""

import time
from pathlib import Path

from asknews_ner.acquire.files import SourceError, is_article_file, list_files
from asknews_ner.factory.workspace import Workspace


def article_files(ws: Workspace) -> list[Path]:
    """The files of articles, all of them on this disk afterwards. Raises SourceError if there are none, ObjectStoreError."""
    mirror = ws.articles_mirror
    if mirror is None:
        return _settled(ws)
    names = _names(ws)
    mirror.fetch_all(names, "")
    return [ws.articles / name for name in names]


def article_marks(ws: Workspace) -> list[tuple[str, str]]:
    """(name, what changes when the file does), sorted; reads and copies no file. Raises SourceError if there are none, ObjectStoreError."""
    if ws.articles_mirror is None:
        marked = [(file, file.stat()) for file in _settled(ws)]
        return [(file_label(ws, file), f"{stat.st_size}:{stat.st_mtime_ns}") for file, stat in marked]
    return [(name, ws.articles_mirror.etag(name)) for name in _names(ws)]


def article_place(ws: Workspace) -> str:
    """For people: the folder, file or address that articles come from."""
    return ws.articles_mirror.objects.url if ws.articles_mirror else str(ws.articles)


def file_label(ws: Workspace, file: Path) -> str:
    """A file's name below the drop folder."""
    return file.name if file == ws.articles else file.relative_to(ws.articles).as_posix()


def _settled(ws: Workspace) -> list[Path]:
    files, now = list_files(ws.articles), time.time()
    # A time in the future is another machine's clock, not a file being written, unless it is near.
    found = [file for file in files if abs(now - file.stat().st_mtime) >= ws.settle_seconds]
    if not found:
        raise SourceError(f"{ws.articles}: all {len(files)} files changed in the last {ws.settle_seconds:g} s; they are read later")
    return found


def _names(ws: Workspace) -> list[str]:
    assert ws.articles_mirror is not None
    names = [name for name in ws.articles_mirror.names("") if is_article_file(Path(name))]
    if not names:
        raise SourceError(f"{article_place(ws)}: no article files there; put .jsonl, .csv or .parquet objects (plain or .gz) under it")
    return names
