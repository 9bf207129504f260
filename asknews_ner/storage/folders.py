"""Whether a folder can be written, asked before work is begun that would be lost."""

import tempfile
from pathlib import Path


class FolderError(ValueError):
    """A folder cannot be made or written; the message says which, why, and what to do."""


def make_writable(folder: Path, what: str, advice: str) -> None:
    """Make the folder if it is missing, and try it with a file that has no name. Raises FolderError, with `what` it is and the `advice`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        place = "" if str(error.filename) in ("None", str(folder)) else f" at {error.filename}"
        raise FolderError(f"{what} {folder} cannot be written ({error.strerror}{place}): {advice}") from error
