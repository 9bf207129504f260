"""Files of articles: JSON Lines, CSV and Parquet, plain or gzip, one file or a folder of them.

A bad row inside a good file is yielded with its fault, so that it is counted; of several files one that cannot be read as a whole is
counted in the same way, and the others are read."""

import csv
import gzip
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from asknews_ner.acquire.columns import COLUMNS

MAX_LINE_BYTES = 16 * 1024 * 1024
"""Longest line (or CSV field) that is parsed. A safety limit: 16 MiB is more than any article and less than the memory."""

SUFFIXES = (".jsonl", ".ndjson", ".csv", ".parquet")


class SourceError(Exception):
    """A file or folder cannot be used at all; the message says what, where, and what to do."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it stands in a file, or the fault that kept it from being read. `is_file`: the fault is that of a whole file."""

    where: str
    values: Mapping[str, Any]
    fault: str = ""
    is_file: bool = False


def list_files(path: Path) -> list[Path]:
    """The article files at a path (a file, or all files below a folder), sorted.

    Raises SourceError if there are none, or if the one named is of no known kind."""
    if path.is_file():
        if not is_article_file(path):
            raise SourceError(f"{path}: unknown kind of file; give {', '.join(SUFFIXES)}, plain or with .gz")
        return [path]
    if not path.is_dir():
        raise SourceError(f"{path}: no such file or folder; give the path of your articles")
    files = sorted(file for file in path.rglob("*") if file.is_file() and is_article_file(file))
    if not files:
        raise SourceError(f"{path}: no article files in this folder; put {', '.join(SUFFIXES)} files (plain or .gz) there")
    return files


def is_article_file(path: Path) -> bool:
    """Whether the name says that this is a finished article file (hidden and temporary files are not)."""
    name = path.name.lower().removesuffix(".gz")
    return name.endswith(SUFFIXES) and not name.startswith((".", "~"))


def read_rows(path: Path, root: Path, text_columns: Sequence[str] = COLUMNS["text"]) -> Iterator[RawRow]:
    """Rows of one file. `where` names file (relative to `root`) and line; `text_columns`: names that the text's column may have.

    Raises SourceError if the file as a whole cannot be read, or has no column for the text."""
    label = path.name if path == root else path.relative_to(root).as_posix()
    kind = path.name.lower().removesuffix(".gz").rsplit(".", 1)[1]
    try:
        if kind == "parquet":
            yield from _parquet(path, label, text_columns)
        elif kind == "csv":
            with _opened(path) as stream:
                yield from _csv(stream, label, text_columns)
        else:
            with _opened(path) as stream:
                yield from _json_lines(stream, label)
    except (OSError, EOFError, gzip.BadGzipFile) as error:
        raise SourceError(f"{label}: cannot be read ({error}); check the file and its permissions, or take it away") from error


def read_files(paths: Sequence[Path], root: Path) -> Iterator[RawRow]:
    """Rows of several files. A file that cannot be read holds up no other: it is one bad row, after those read before its fault.

    Raises SourceError at the end if no file could be read as a whole: then nothing was delivered."""
    faults = []
    for path in paths:
        try:
            yield from read_rows(path, root)
        except SourceError as error:
            faults.append(str(error))
            yield RawRow(path.name if path == root else path.relative_to(root).as_posix(), {}, str(error), is_file=True)
    if faults and len(faults) == len(paths):
        raise SourceError(faults[0] + (f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""))


def _opened(path: Path) -> IO[bytes]:
    if path.name.lower().endswith(".gz"):
        return cast(IO[bytes], gzip.open(path, "rb"))
    return path.open("rb")


def _json_lines(stream: IO[bytes], label: str) -> Iterator[RawRow]:
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        where = f"{label}:{number}"
        if len(line) > MAX_LINE_BYTES:
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE_BYTES)
            yield RawRow(where, {}, f"line is longer than {MAX_LINE_BYTES} bytes")
            continue
        if not line.strip():
            continue
        try:
            values = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
        except UnicodeDecodeError as error:
            yield RawRow(where, {}, f"not UTF-8: {error.reason} at byte {error.start}")
        except (json.JSONDecodeError, RecursionError) as error:
            yield RawRow(where, {}, f"not JSON: {error}")
        else:
            if isinstance(values, dict):
                yield RawRow(where, values)
            else:
                yield RawRow(where, {}, f"not a JSON object but {type(values).__name__}")


def _csv(stream: IO[bytes], label: str, text_columns: Sequence[str]) -> Iterator[RawRow]:
    csv.field_size_limit(MAX_LINE_BYTES)
    # surrogateescape keeps undecodable bytes visible, so that only the row that holds them is rejected.
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    reader = csv.DictReader(text)
    try:
        columns = reader.fieldnames
    except csv.Error as error:
        raise SourceError(f"{label}: the header line is not CSV ({error}); write a comma-separated header") from error
    if not columns:
        raise SourceError(f"{label}: the file is empty; a CSV file starts with a header line")
    require_text_column(columns, label, text_columns)
    while True:
        where = f"{label}:{reader.line_num + 1}"
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield RawRow(where, {}, f"not CSV: {error}")
            continue
        if None in row:
            yield RawRow(where, {}, "more fields than the header has columns")
        elif any(isinstance(value, str) and not _is_clean(value) for value in row.values()):
            yield RawRow(where, {}, "not UTF-8")
        else:
            yield RawRow(where, row)


def _is_clean(value: str) -> bool:
    return not any("\udc80" <= character <= "\udcff" for character in value)


def _parquet(path: Path, label: str, text_columns: Sequence[str]) -> Iterator[RawRow]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        source = gzip.decompress(path.read_bytes()) if path.name.lower().endswith(".gz") else None
        file = pq.ParquetFile(pa.BufferReader(source) if source is not None else path)
        require_text_column(file.schema_arrow.names, label, text_columns)
        number = 0
        for batch in file.iter_batches(batch_size=2000):
            for values in batch.to_pylist():
                number += 1
                yield RawRow(f"{label}:{number}", values)
    except pa.ArrowException as error:
        raise SourceError(f"{label}: not a readable Parquet file ({error}); write it again, or take it away") from error


def require_text_column(columns: Any, label: str, text_columns: Sequence[str]) -> None:
    """Raises SourceError if no column can be the text."""
    if not set(text_columns) & {str(column).strip().lower() for column in columns}:
        raise SourceError(
            f"{label}: no column for the text (found {', '.join(map(str, columns))}); name it one of {', '.join(text_columns)}"
        )
