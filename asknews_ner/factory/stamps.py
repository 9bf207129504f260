"""Files that say what lies beside them is made of."""

from pathlib import Path


def stamped(path: Path, stamp: str) -> bool:
    """Whether a file says that what lies beside it is made of this."""
    return path.is_file() and path.read_text(encoding="utf-8").strip() == stamp
