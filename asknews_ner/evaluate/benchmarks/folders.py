"""A benchmark in a folder, in whichever of the known forms it is."""

from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from asknews_ner.evaluate.benchmarks import columns, gliner_layout, hub, json_lines
from asknews_ner.evaluate.benchmarks.benchmark import Benchmark, BenchmarkError
from asknews_ner.evaluate.benchmarks.files import file_of, read_text
from asknews_ner.evaluate.benchmarks.hub import HubPlace, read_hub
from asknews_ner.recipe import Frozen
from asknews_ner.records import UnmatchableEntity
from asknews_ner.train.rows import GlinerRow, types_of
from asknews_ner.yaml_text import loaded

ABOUT_FILE = "benchmark.yaml"
_JSON_LINES = ("{split}.jsonl", "{split}.json")
_COLUMNS = ("{split}.conll", "{split}.iob2", "{split}.bio", "{split}.tsv", "{split}.txt")


class About(Frozen):
    """What a folder's own `benchmark.yaml` says of it; all of it may be left out."""

    language: str = Field("", description="ISO 639 code of all sentences; empty: identified")
    nested: bool | None = Field(None, description="whether spans inside others are predicted; empty: whether gold spans nest")
    token_column: int = Field(0, description="of CoNLL files, from 0; -1 is the last")
    tag_column: int = -1
    type_names: dict[str, str] = Field({}, description="names of types for tags, such as PER: person")
    hub: HubPlace | None = Field(None, description="a dataset that the library `datasets` opens, in place of files")


def read_folder(folder: Path, split: str = "test", nested: bool | None = None, language: str = "") -> Benchmark:
    """The benchmark in a folder: GLiNER JSON lines, GLiNER's layout, CoNLL columns, or what its benchmark.yaml names on the hub.

    The types are those of labels.json where there is one, else those of the split's gold spans. `nested`, `language`: what the registry
    says of the set. Raises BenchmarkError naming file and line or row."""
    about = read_about(folder)
    read = _read_split(folder, split, about)
    labels = folder / "labels.json"
    labelled = {*types_of(read.rows), *(entity.label for entity in read.unmatchable)}
    return Benchmark(
        name=folder.name,
        rows=read.rows,
        languages=[about.language or language] * len(read.rows),
        types=gliner_layout.read_labels(labels) if labels.is_file() else sorted(labelled),
        made_by="its authors",
        nested=_is_nested(about, nested, read.rows),
        unmatchable=read.unmatchable,
        format=read.form,
        repaired=read.repaired,
        doubtful=read.doubtful,
    )


@dataclass(frozen=True)
class _Read:
    """A split as its file has it."""

    form: str
    rows: list[GlinerRow]
    repaired: int = 0
    unmatchable: tuple[UnmatchableEntity, ...] = ()
    doubtful: int = 0


def _read_split(folder: Path, split: str, about: About) -> _Read:
    if about.hub is not None:
        return _Read(hub.FORMAT, *read_hub(about.hub, split, about.type_names))
    if file := file_of(folder, [f"{split}.jsonl"]):
        return _Read(json_lines.FORMAT, json_lines.read_json_lines(file))
    if file := file_of(folder, [f"{split}.json"]):
        found = gliner_layout.read_sentences(file, folder.name)
        return _Read(gliner_layout.FORMAT, found.rows, 0, found.unmatchable, found.doubtful)
    if file := file_of(folder, [name.format(split=split) for name in _COLUMNS]):
        return _Read(columns.FORMAT, *columns.read_columns(file, about.token_column, about.tag_column, about.type_names))
    raise BenchmarkError(f"{folder}: no {split}.jsonl, {split}.json or {split}.conll (.iob2, .bio, .tsv, .txt) here, plain or .gz")


def read_about(folder: Path) -> About:
    """The folder's benchmark.yaml, or what holds without one. Raises BenchmarkError naming each wrong key."""
    file = folder / ABOUT_FILE
    if not file.is_file():
        return About.model_validate({})
    try:
        return About.model_validate(loaded(read_text(file)) or {})
    except (yaml.YAMLError, ValidationError) as error:
        raise BenchmarkError(f"{file}: {error}") from error


def is_benchmark(folder: Path, split: str = "test") -> bool:
    """Whether the folder has a file of the split in a known form, or says where it is."""
    names = [name.format(split=split) for name in (*_JSON_LINES, *_COLUMNS)]
    return folder.is_dir() and (file_of(folder, names) is not None or read_about(folder).hub is not None)


def files_of(folder: Path, split: str = "test") -> list[Path]:
    """The files that a reading of the split depends on, sorted."""
    names = [name.format(split=split) for name in (*_JSON_LINES, *_COLUMNS)]
    found = [file_of(folder, [name]) for name in (*names, "labels.json", ABOUT_FILE)]
    return sorted(path for path in found if path is not None)


def _is_nested(about: About, registered: bool | None, rows: list[GlinerRow]) -> bool:
    """As the folder says, else as the registry says, else whether any two gold spans overlap."""
    for said in (about.nested, registered):
        if said is not None:
            return said
    return any(
        one[:2] != other[:2] and one[0] <= other[1] and other[0] <= one[1]
        for row in rows
        for place, one in enumerate(row["ner"])
        for other in row["ner"][:place]
    )
