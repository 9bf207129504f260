"""Where the files of a language's human data lie in a folder, laid out as their source lays them out.

A template is a glob below the folder; `{code}`, `{iso}`, `{name}`, `{treebank}` and `{split}` are filled in. The first template that has
training and test files counts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from asknews_ner.low_resource.errors import HumanDataError
from asknews_ner.low_resource.languages import TargetLanguage

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")
_NAMES: Mapping[Split, tuple[str, ...]] = {"train": ("train",), "validation": ("validation", "dev", "val"), "test": ("test",)}
_SUFFIXES = (".jsonl.gz", ".jsonl", ".iob2", ".conll", ".txt")

_OWN = tuple(f"{{code}}/{{split}}{suffix}" for suffix in _SUFFIXES)
_UNIVERSAL_NER = ("UNER_{name}-*/{treebank}-ud-{split}.iob2", "{treebank}/{treebank}-ud-{split}.iob2", "{treebank}-ud-{split}.iob2")
_MASAKHANER = ("MasakhaNER2.0/data/{code}/{split}.txt", "data/{code}/{split}.txt")
_NAAMAPADAM = ("{iso}/{iso}_{split}.json", "{iso}_{split}.json", "{iso}_IndicNER_v1.0/{iso}_{split}.json")
_GLINER_FORM = ("masakhaner2_{code}/{split}.jsonl.gz", "uner_{treebank}/{split}.jsonl.gz")
_PARQUET = ("{config}/{split}-*.parquet",)
_OWN_LAYOUT = "a folder a language"
_LAYOUT_OF: Mapping[str, str] = {
    "universalner/universal_ner": "Universal NER",
    "masakhane/masakhaner2": "MasakhaNER 2",
    "ai4bharat/naamapadam": "Naamapadam",
}
HUMAN_LAYOUTS: Mapping[str, Sequence[str]] = {
    _OWN_LAYOUT: _OWN,
    "Universal NER": _UNIVERSAL_NER,
    "MasakhaNER 2": _MASAKHANER,
    "Naamapadam": _NAAMAPADAM,
    "Parquet as on the hub": _PARQUET,
    "GLiNER form": _GLINER_FORM,
}
WIKIANN_LAYOUTS: Mapping[str, Sequence[str]] = {
    "WikiANN": ("wikiann/{iso}/{split}", "{iso}/{split}"),
    "Parquet as on the hub": ("wikiann/{iso}/{split}-*.parquet", "{iso}/{split}-*.parquet"),
    "GLiNER form": ("wikiann_{iso}/{split}.jsonl.gz",),
}


@dataclass(frozen=True, slots=True)
class SplitFiles:
    """The files of a language, the layout by which they were found, and the folder that was looked in."""

    layout: str
    files: Mapping[Split, Path]
    folder: Path


def find_split_files(folder: Path, language: TargetLanguage, layouts: Mapping[str, Sequence[str]]) -> SplitFiles | None:
    """Files of a language below a folder; None where no layout fits.

    Raises HumanDataError where a template fits several files of one split (two treebanks of a language): which one is for people to say."""
    if language.folder and layouts is HUMAN_LAYOUTS:
        own = f"{language.folder}/{{split}}"
        layouts = {"the recipe's folder": tuple(f"{own}{suffix}" for suffix in _SUFFIXES)}
    for layout, templates in layouts.items():
        for template in templates:
            found = {split: path for split in SPLITS for path in _matching(folder, template, language, split)}
            if "train" in found or (found and layouts is WIKIANN_LAYOUTS):
                return SplitFiles(layout, found, folder)
    return None


def expected_places(language: TargetLanguage, layouts: Mapping[str, Sequence[str]]) -> str:
    """The places of the training file that were looked at, for messages."""
    if language.folder and layouts is HUMAN_LAYOUTS:
        return f"{language.folder}/train with one of {', '.join(_SUFFIXES)}"
    likely = {_OWN_LAYOUT, _LAYOUT_OF.get(language.human_data.partition(":")[0], _OWN_LAYOUT)}
    shown = [templates for layout, templates in layouts.items() if layout in likely] or list(layouts.values())
    return ", ".join(_filled(templates[0], language, "train") for templates in shown)


def config_of(language: TargetLanguage) -> str:
    """The configuration of the hub's dataset: what stands behind the colon, or the code."""
    return language.human_data.partition(":")[2] or language.code


def _matching(folder: Path, template: str, language: TargetLanguage, split: Split) -> Iterator[Path]:
    for name in _NAMES[split]:
        paths = sorted(path for path in folder.glob(_filled(template, language, name)) if path.is_file())
        if len(paths) > 1:
            raise HumanDataError(
                f"{folder}: {len(paths)} files could be the {split} split of {language.name} ({', '.join(path.name for path in paths)}); "
                f"leave one, or name its folder in low_resource.study.languages.{language.code}.folder"
            )
        if paths:
            yield paths[0]
            return


def _filled(template: str, language: TargetLanguage, split: str) -> str:
    config = config_of(language)
    return template.format(
        code=language.code, iso=language.identifier_code, name=language.name, treebank=config, config=config, split=split
    )
