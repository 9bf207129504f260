"""A local copy of a folder in an object store: what was read once is read from the disk until its ETag changes.

Beside each file stands its ETag (`<name>.etag`). It is removed before the file changes and written after it, so that a kill in
between leaves a file without one, which is fetched again."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import RLock

from asknews_ner.storage.atomic import file_digest, write_text
from asknews_ner.storage.objects import ObjectChangedError, S3Folder

_AT_ONCE = 16


class Mirror:
    """Files of an object store, kept in `folder`. Listings are remembered until `look_again`; own writings are added to them.

    May be used by several threads; `folder` belongs to one process at a time, or to several that read and write whole files."""

    def __init__(self, objects: S3Folder, folder: Path) -> None:
        self.objects = objects
        self.folder = folder
        self._listed: dict[str, dict[str, str]] = {}
        self._lock = RLock()

    def look_again(self) -> None:
        """Forget the listings: what others have written since is seen by the next reading."""
        with self._lock:
            self._listed.clear()

    def names(self, under: str) -> list[str]:
        """Names of all objects that start with `under`, sorted."""
        return sorted(name for name in self._etags(under) if name.startswith(under))

    def etag(self, name: str) -> str:
        """The ETag of an object, empty if there is none; nothing is fetched."""
        return self._etags(name).get(name, "")

    def current(self, name: str) -> Path | None:
        """The local file of an object, fetched if it is not there as it is in the store; None if there is no such object."""
        etag = self.etag(name)
        return self._file(name, etag) if etag else None

    def fetch_all(self, names: Sequence[str], under: str) -> None:
        """Have all these objects here, several at once."""
        etags = self._etags(under)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda name: self._file(name, etags[name]) if name in etags else None, names))

    def publish(self, name: str) -> None:
        """Put the local file into the store. Call `changing` before the file is written.

        Raises ObjectChangedError where the store's object is no longer the one that was looked at, and has other bytes than ours: the
        other writer's stands, and is read here from now on. (The same bytes are no fault: two runs that made the same cell.)"""
        path = self.folder / name
        try:
            etag = self.objects.put(name, path, expected=self.etag(name))
        except ObjectChangedError as error:
            ours = file_digest(path)
            self.look_again()
            theirs = self.current(name)
            if theirs is None or file_digest(theirs) != ours:
                raise ObjectChangedError(
                    f"{self.objects.url}/{name} was written by another run while this one made it; theirs stands. Run again: what is up "
                    "to date is not made again"
                ) from error
            return
        write_text(self._mark(name), etag)
        with self._lock:
            for top, listing in self._listed.items():
                if name.startswith(top):
                    listing[name] = etag

    def drop(self, name: str) -> None:
        """Delete an object, and its local file. It is no fault if there is none. Raises ObjectStoreError."""
        self.objects.delete(name)
        self.changing(name)
        (self.folder / name).unlink(missing_ok=True)
        with self._lock:
            for listing in self._listed.values():
                listing.pop(name, None)

    def changing(self, name: str) -> None:
        """Say that the local file is about to differ from the store's."""
        self._mark(name).unlink(missing_ok=True)

    def _etags(self, under: str) -> dict[str, str]:
        """The listing of the first folder in `under`. Not of the innermost: a table has a folder a cell, and each listing is a request."""
        top = under[: under.find("/") + 1]
        with self._lock:
            if top not in self._listed:
                self._listed[top] = self.objects.etags(top)
            return self._listed[top]

    def _file(self, name: str, etag: str) -> Path | None:
        path, mark = self.folder / name, self._mark(name)
        if path.is_file() and mark.is_file() and mark.read_text(encoding="utf-8") == etag:
            return path
        self.changing(name)
        fetched = self.objects.fetch(name, path)
        if fetched is None:
            return None
        write_text(mark, fetched)
        return path

    def _mark(self, name: str) -> Path:
        path = self.folder / name
        return path.with_name(f"{path.name}.etag")
