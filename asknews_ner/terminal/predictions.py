"""Texts in, entities out, as `asknews-ner predict` shows them: entities to standard output, everything else to standard error."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import islice
from pathlib import Path

import typer

from asknews_ner.annotate.annotator import Progress
from asknews_ner.evaluate.inference.entities import Reading, find_entities
from asknews_ner.evaluate.inference.errors import InferenceError
from asknews_ner.evaluate.inference.inputs import InputText, plain_texts, read_texts
from asknews_ner.evaluate.inference.scorer import Scorer
from asknews_ner.recipe import PredictParams
from asknews_ner.storage.atomic import write_text

_TEXTS_AT_ONCE = 256  # held in memory, and sorted by length, together


class Form(StrEnum):
    """How entities are shown."""

    TABLE = "table"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for, and how it is shown."""

    types: list[str]
    threshold: float
    nested: bool
    output: Form


@dataclass(slots=True)
class Tally:
    """What a command has done."""

    texts: int = 0
    windows: int = 0
    entities: int = 0
    shortened: int = 0
    rejected: list[InputText] = field(default_factory=list)

    def add(self, reading: Reading) -> None:
        """Count one text."""
        self.texts += 1
        self.windows += reading.windows
        self.entities += len(reading.entities)
        self.shortened += reading.shortened

    def as_text(self) -> str:
        """One line."""
        shortened = f"; {self.shortened} very long words were shown to the model by their beginning only" if self.shortened else ""
        return f"{self.texts} texts in {self.windows} windows, {self.entities} entities{shortened}"


def inputs_of(text: str | None, file: Path | None, column: str, lines: bool) -> Iterable[InputText]:
    """The texts that were asked for. Raises InferenceError or SourceError where there are none to read."""
    if text is not None and file is not None:
        raise InferenceError("both a text and --file are given; give one of them")
    if file is not None:
        return read_texts(file, column, lines)
    if text is not None:
        return [InputText("text", text)]
    if sys.stdin.isatty():
        raise InferenceError("nothing to read; give a text, or --file, or pipe a text in")
    return plain_texts(sys.stdin.buffer.read(), "stdin", lines)


def types_of_option(types: str | None) -> list[str]:
    """Types in the order given, each once; none if the option is not given."""
    found = list(dict.fromkeys(name.strip() for name in (types or "").split(",") if name.strip()))
    if types is not None and not found:
        raise InferenceError("--types names no type; write for example --types person,organization,location")
    return found


def show_entities(inputs: Iterable[InputText], scorer: Scorer, asked: Asked, params: PredictParams, keep_going: bool) -> Tally:
    """Find and print, some texts at a time. Raises InferenceError at a row that cannot be read, unless `keep_going`."""
    tally = Tally()
    readable = _readable(inputs, keep_going, tally)
    with _bar() as progress:
        while part := list(islice(readable, _TEXTS_AT_ONCE)):
            readings = find_entities([one.text for one in part], scorer, asked.types, asked.threshold, asked.nested, params, progress)
            for one, reading in zip(part, readings, strict=True):
                tally.add(reading)
                _show(one, reading, asked.output, header=tally.texts == 1)
    return tally


def write_rejects(rejected: Iterable[InputText], path: Path) -> None:
    """Rows that could not be read, with the reasons, as JSON Lines."""
    write_text(path, "".join(json.dumps({"where": one.where, "reason": one.fault}, ensure_ascii=False) + "\n" for one in rejected))


def _readable(inputs: Iterable[InputText], keep_going: bool, tally: Tally) -> Iterator[InputText]:
    for one in inputs:
        if not one.fault:
            yield one
        elif keep_going:
            tally.rejected.append(one)
        else:
            raise InferenceError(f"{one.where}: {one.fault}; mend the row, or let it be put aside with --keep-going")


@contextmanager
def _bar() -> Iterator[Progress]:
    from tqdm import tqdm

    with tqdm(desc="predict", unit="window", leave=False, disable=os.environ.get("ASKNEWS_NER_BARS", "1") == "0") as bar:

        def advance(rows: int, tokens: int = 0, /) -> None:
            bar.update(rows)

        yield advance


def _show(one: InputText, reading: Reading, output: Form, header: bool) -> None:
    if output is Form.JSONL:
        entities = [asdict(entity) for entity in reading.entities]
        typer.echo(json.dumps({"where": one.where, "text": one.text, "entities": entities}, ensure_ascii=False))
        return
    if header:
        typer.echo(f"{'where':<20} {'start':>8} {'end':>8}  {'type':<16} {'score':>5}  entity")
    for entity in reading.entities:
        surface = " ".join(entity.surface.split())
        typer.echo(f"{one.where:<20} {entity.start:>8} {entity.end:>8}  {entity.label:<16} {entity.score:>5.3f}  {surface}")
