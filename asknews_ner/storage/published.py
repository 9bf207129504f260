"""Finished folders in an object store: datasets, releases, models, scores, reports. Each is published as a whole.

    <name>/files/<SHA-256>/<path in the folder>    one object a file, called after its content, never written over
    <name>/manifest.json                           which of them are the folder now: paths, sizes, SHA-256; put last, in one request

A reader takes the manifest and then its files, and checks their digests. A publication that is broken off leaves the old manifest with all
of its files; what it has sent is sent again under the same name, or swept away."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import RLock
from typing import TypeVar

from asknews_ner.storage.atomic import file_digest, link_or_copy, replace_folder
from asknews_ner.storage.manifest import FILES, MANIFEST, Manifest, PublishedFile, describe, read_manifest
from asknews_ner.storage.objects import ObjectStoreError, S3Folder

_AT_ONCE = 8
_TRIES = 5
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Sent:
    """What a publication sent: files and their bytes, files that were there already, files that went."""

    files: int
    bytes: int
    unchanged: int
    removed: int


@dataclass
class PublishedFolders:
    """Folders under one prefix, by name (`dataset`, `models/small/tuned`). Manifests are remembered until `look_again`."""

    objects: S3Folder
    _known: dict[str, tuple[Manifest | None, str]] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    def look_again(self) -> None:
        """Forget the manifests: what others have published since is seen by the next reading."""
        with self._lock:
            self._known.clear()

    def address(self, name: str) -> str:
        """For people."""
        return f"{self.objects.url}/{name}"

    def manifest(self, name: str) -> Manifest | None:
        """What is published under a name, None if nothing is. Raises ObjectStoreError for a manifest that cannot be read."""
        return self._state(name)[0]

    def publish(self, name: str, folder: Path, stamps: Mapping[str, str]) -> Sent:
        """Make the folder what readers get under this name. Files whose content is published already are not sent again; files that no
        longer belong to it are deleted. Names that start with a point are left out: they are temporary.

        `stamps`: what the folder is made of, by part. Raises ObjectChangedError where somebody else has published since the last look
        (their folder stands, whole), ObjectStoreError."""
        before, etag = self._state(name)
        manifest = Manifest(dict(stamps), tuple(describe(folder)))
        known = {file.object for file in before.files} if before else set()
        new = [file for file in manifest.files if file.object not in known]
        if manifest == before:
            return Sent(0, 0, len(manifest.files), 0)
        _at_once(lambda file: self.objects.put(f"{name}/{file.object}", folder / file.path), new)
        with TemporaryDirectory() as here:
            file = Path(here) / MANIFEST
            file.write_text(manifest.as_json(), encoding="utf-8")
            etag = self.objects.put(f"{name}/{MANIFEST}", file, expected=etag)
        with self._lock:
            self._known[name] = manifest, etag
        gone = sorted(known - {file.object for file in manifest.files})
        _at_once(lambda name_in: self.objects.delete(f"{name}/{name_in}"), gone)
        return Sent(len(new), sum(file.size for file in new), len(manifest.files) - len(new), len(gone))

    def fetch(self, name: str, folder: Path) -> Manifest | None:
        """Make the local folder what is published, as a whole; None (and nothing is touched) if nothing is.

        Files that are here already are not fetched again. Raises ObjectStoreError, also for bytes that are not those of the manifest."""
        for _ in range(_TRIES):
            found = self.manifest(name)
            if found is None:
                return None
            try:
                replace_folder(folder, partial(self._fill, name, found, folder))
            except _GoneError:
                self.look_again()  # published anew while we read
            else:
                return found
        raise ObjectStoreError(f"{self.address(name)}: files that its manifest names are not there; {self._mend(name)}")

    def withdraw(self, name: str) -> int:
        """Remove what is published under a name, the manifest first; returns the number of objects."""
        objects = sorted(self.objects.etags(f"{name}/"), key=lambda one: (one != f"{name}/{MANIFEST}", one))
        for one in objects:
            self.objects.delete(one)
        self.look_again()
        return len(objects)

    def names(self, under: str = "") -> list[str]:
        """Names of all that is published, sorted."""
        end = f"/{MANIFEST}"
        return sorted(one.removesuffix(end) for one in self.objects.etags(under) if one.endswith(end) and f"/{FILES}/" not in one)

    def strays(self) -> list[str]:
        """Objects that no manifest names: what publications that were broken off have sent, or one that is under way is sending."""
        self.look_again()
        everything = set(self.objects.etags())
        for name in self.names():
            manifest = self.manifest(name)
            everything -= {f"{name}/{MANIFEST}", *(f"{name}/{file.object}" for file in (manifest.files if manifest else ()))}
        return sorted(one for one in everything if f"/{FILES}/" in one)

    def _state(self, name: str) -> tuple[Manifest | None, str]:
        with self._lock:
            if name not in self._known:
                with TemporaryDirectory() as here:
                    file = Path(here) / MANIFEST
                    etag = self.objects.fetch(f"{name}/{MANIFEST}", file)
                    self._known[name] = (read_manifest(file, self.address(name)), etag) if etag else (None, "")
            return self._known[name]

    def _fill(self, name: str, manifest: Manifest, old: Path, new: Path) -> None:
        _at_once(lambda file: self._take(name, file, old / file.path, new / file.path), manifest.files)

    def _take(self, name: str, file: PublishedFile, old: Path, to: Path) -> None:
        to.parent.mkdir(parents=True, exist_ok=True)
        if old.is_file() and old.stat().st_size == file.size and file_digest(old) == file.sha256:
            link_or_copy(old, to)
            return
        if self.objects.fetch(f"{name}/{file.object}", to) is None:
            raise _GoneError
        if file_digest(to) != file.sha256:
            raise ObjectStoreError(
                f"{self.address(name)}/{file.object}: these are not the bytes that the manifest names; {self._mend(name)}"
            )

    def _mend(self, name: str) -> str:
        return f"delete {self.address(name)}/{MANIFEST}: the next run publishes the folder again, or makes it where no machine has it"


class _GoneError(Exception):
    """A file of the manifest is not there: it was published anew meanwhile."""


def _at_once(do: Callable[[_Item], object], items: Sequence[_Item]) -> None:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(do, items))
