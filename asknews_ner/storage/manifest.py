"""The manifest of a published folder: which files it has, with their sizes and digests, and what they are made of."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from asknews_ner.storage.atomic import file_digest
from asknews_ner.storage.objects import ObjectStoreError

MANIFEST = "manifest.json"
FILES = "files"
_FORMAT = 1
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """`path`: in the folder, with slashes. `size`: bytes."""

    path: str
    size: int
    sha256: str

    @property
    def object(self) -> str:
        """Name of its object, below the folder's."""
        return f"{FILES}/{self.sha256}/{self.path}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """`stamps`: what the folder is made of, by part. `files`: sorted by path."""

    stamps: Mapping[str, str]
    files: tuple[PublishedFile, ...]

    def as_json(self) -> str:
        """The same folder gives the same text."""
        value = {"format": _FORMAT, "stamps": dict(sorted(self.stamps.items())), "files": [asdict(file) for file in self.files]}
        return json.dumps(value, indent=1) + "\n"


def read_manifest(file: Path, place: str) -> Manifest:
    """A manifest out of a bucket. Raises ObjectStoreError for what is none, or names a file outside of its folder."""
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
        found = Manifest(dict(value["stamps"]), tuple(PublishedFile(**entry) for entry in value["files"]))
        is_sound = value["format"] == _FORMAT and all(map(_is_sound, found.files))
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise _unreadable(place, f"{type(error).__name__}: {error}") from error
    if not is_sound:
        raise _unreadable(place, "another format, or files outside of the folder")
    return found


def describe(folder: Path) -> Iterator[PublishedFile]:
    """The files of a folder, sorted by path."""
    for path in files_in(folder):
        yield PublishedFile(path.relative_to(folder).as_posix(), path.stat().st_size, file_digest(path))


def files_in(folder: Path) -> list[Path]:
    """Files below a folder, sorted, without those whose name, or whose folder's name, starts with a point."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def _is_sound(file: PublishedFile) -> bool:
    path = PurePosixPath(file.path)
    return bool(_DIGEST.fullmatch(file.sha256)) and not path.is_absolute() and bool(path.parts) and ".." not in path.parts


def _unreadable(place: str, why: str) -> ObjectStoreError:
    return ObjectStoreError(f"{place}/{MANIFEST} is no manifest of a published folder ({why}); delete it, and publish the folder again")
