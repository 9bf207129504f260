"""Benchmark files as text, plain or compressed, and a folder's file of a split."""

import gzip
import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from asknews_ner.evaluate.benchmarks.benchmark import BenchmarkError


def read_text(path: Path) -> str:
    """A file's text, decompressed if its name ends in .gz. Raises BenchmarkError if it is no UTF-8 text."""
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise BenchmarkError(f"{path}: cannot be read as UTF-8 text ({error})") from error


def read_json(path: Path) -> Any:
    """A file's JSON value. Raises BenchmarkError naming the place of the fault."""
    try:
        return json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise BenchmarkError(f"{path}: not valid JSON ({error})") from error


def file_of(folder: Path, names: Sequence[str]) -> Path | None:
    """The first of these names (or the same with .gz) that is a file in the folder."""
    tried = (folder / f"{name}{suffix}" for name in names for suffix in ("", ".gz"))
    return next((path for path in tried if path.is_file()), None)
