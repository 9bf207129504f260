"""Which code this is: workers elsewhere must run the same, or their rows would silently be others."""

import hashlib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

_PACKAGE = "asknews_ner"
_KINDS = (".py", ".yaml", ".json", ".jsonl", ".jinja", ".txt", ".csv")
"""Modules and what they read."""


@cache
def code_digest() -> str:
    """SHA-256 over this package's modules and data files, their paths and contents (the shipped articles left out)."""
    whole = hashlib.sha256()
    for path, content in sorted(_files(resources.files(_PACKAGE), "")):
        whole.update(f"{path}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


def _files(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for item in folder.iterdir():
        name = f"{path}/{item.name}"
        if item.is_dir() and item.name not in ("__pycache__", "sample"):
            found += _files(item, name)
        elif item.is_file() and item.name.endswith(_KINDS):
            found.append((name, item.read_bytes()))
    return found
