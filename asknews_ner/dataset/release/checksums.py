"""Checksums of a folder in the form of `sha256sum`, which checks them with `sha256sum --check SHA256SUMS`."""

from pathlib import Path

from asknews_ner.storage.atomic import file_digest

CHECKSUMS = "SHA256SUMS"
PROVENANCE = "provenance"


def checksums(folder: Path) -> str:
    """One line a file, sorted by path. The file itself and the folder `provenance`, which holds clocks, are left out."""
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    inside = [path for path in paths if path != CHECKSUMS and not path.startswith(f"{PROVENANCE}/")]
    return "".join(f"{file_digest(folder / path)}  {path}\n" for path in inside)


def differing(folder: Path, wanted: str) -> list[str]:
    """Paths whose bytes are not those that the checksums say, or that only one of the two has; sorted."""
    ours, theirs = _by_path(checksums(folder)), _by_path(wanted)
    return sorted(path for path in ours.keys() | theirs.keys() if ours.get(path) != theirs.get(path))


def _by_path(text: str) -> dict[str, str]:
    return {path: digest for digest, _, path in (line.partition("  ") for line in text.splitlines())}
