"""A local copy of a folder in an object store: what was read once is read from the disk until its ETag changes.

Beside each file stands its ETag (`<name>.etag`). It is removed before the file changes and written after it, so that a kill in
between leaves a file without one, which is fetched again."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import RLock

from asknews_ner.storage.atomic import write_text
from asknews_ner.storage.objects import S3Folder

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
        return sorted(self._etags(under))

    def etag(self, name: str) -> str:
        """The ETag of an object, empty if there is none; nothing is fetched."""
        return self._etags(_folder(name)).get(name, "")

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
        """Put the local file into the store. Call `changing` before the file is written."""
        etag = self.objects.put(name, self.folder / name)
        write_text(self._mark(name), etag)
        with self._lock:
            for under, listing in self._listed.items():
                if name.startswith(under):
                    listing[name] = etag

    def changing(self, name: str) -> None:
        """Say that the local file is about to differ from the store's."""
        self._mark(name).unlink(missing_ok=True)

    def _etags(self, under: str) -> dict[str, str]:
        with self._lock:
            for known, listing in self._listed.items():
                if under.startswith(known):
                    return listing if known == under else {name: etag for name, etag in listing.items() if name.startswith(under)}
            found = self.objects.etags(under)
            self._listed[under] = found
            return found

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


def _folder(name: str) -> str:
    folder = name.rpartition("/")[0]
    return f"{folder}/" if folder else ""
