"""Texts to be read by a model, out of files: plain text, JSON Lines, CSV, Parquet."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from asknews_ner.acquire.files import SourceError, is_article_file, read_rows


@dataclass(frozen=True, slots=True)
class InputText:
    """A text and where it stands (`file` or `file:line`); or, with an empty text, the fault that kept it from being read."""

    where: str
    text: str
    fault: str = ""


def read_texts(path: Path, column: str, lines: bool) -> Iterator[InputText]:
    """Texts of a file. Rows of .jsonl, .csv and .parquet (plain or .gz) have theirs in `column`; any other file is one text, or one
    text a line (`lines`).

    A row that cannot be read is given with its fault. Raises SourceError if the whole file cannot be read."""
    if not path.is_file():
        raise SourceError(f"{path}: no such file; give the path of a text, .jsonl, .csv or .parquet file")
    if is_article_file(path):
        return _of_rows(path, column)
    try:
        return plain_texts(path.read_bytes(), path.name, lines)
    except OSError as error:
        raise SourceError(f"{path.name}: cannot be read ({error}); check the file and its permissions") from error


def _of_rows(path: Path, column: str) -> Iterator[InputText]:
    for row in read_rows(path, path, (column.lower(),)):
        named = {str(name).strip().lower(): value for name, value in row.values.items()}
        value = named.get(column.lower())
        if row.fault:
            yield InputText(row.where, "", row.fault)
        elif isinstance(value, str):
            yield InputText(row.where, value)
        else:
            found = ", ".join(map(str, row.values)) or "nothing"
            yield InputText(row.where, "", f"no text in {column!r} but {type(value).__name__} (the row has {found})")


def plain_texts(data: bytes, where: str, lines: bool) -> Iterator[InputText]:
    """One text, or one a line (blank lines are left out, line numbers count them). A text that is not UTF-8 is given with its fault."""
    parts = data.split(b"\n") if lines else [data]
    for number, part in enumerate(parts, start=1):
        place = f"{where}:{number}" if lines else where
        try:
            text = part.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            yield InputText(place, "", f"not UTF-8: {error.reason} at byte {error.start}")
            continue
        if text.strip() or not lines:
            yield InputText(place, text.removesuffix("\r") if lines else text)
