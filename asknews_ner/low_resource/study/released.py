"""The study's own scores, from the CSV files that its authors released beside the paper (facts: papers.md §2.5)."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from asknews_ner.low_resource.study.records import HUMAN, NO_ROWS, WIKIANN, CurvePoint

_FILES: Mapping[str, str] = MappingProxyType({"related": "finetuning_synth_eval.csv", "scratch": "fromscratch_synth_eval.csv"})
_WIKIANN_FILE = "wikiann.csv"
_CODES: Mapping[str, str] = MappingProxyType({"rw": "kin", "sw": "swa"})
"""WikiANN's file names two languages by another code than the other files."""
_LLMS: Mapping[str, str] = MappingProxyType(
    {"GPT-4.1": "gpt-4.1", "Llama-3.1-8B-Instruct": "llama-3.1-8b-instruct", "Aya Expanse 32B": "aya-expanse-32b"}
)
_OTHER_TEST_SET = "pre_training"  # the related model on its own language's test set
_COLUMNS = {"lang", "raw_data_source", "size", "f1", "data_source", "data_type"}
_WIKIANN_COLUMNS = {"lang", "zero_shot", "organic_ft", "organic_only", "wikiann_ft", "wikiann_only"}


class ReleasedScoresError(ValueError):
    """A released file is missing or has another form; the message says which and what was expected."""


def released_points(folder: Path) -> list[CurvePoint]:
    """Points of both regimes, one training each and no intervals; size 0 is the related model without rows of the language.

    The files say the zero-shot score once for each source: it is one point here. From scratch there is no such model, and the files' zeros
    are left out. Sizes beyond the largest round one are "all" rows of a source. Raises ReleasedScoresError."""
    found = set()
    for regime, name in _FILES.items():
        for row in _rows(folder / name, _COLUMNS):
            source = _source(folder / name, row)
            if source and not (regime == "scratch" and source == NO_ROWS):
                found.add(_point(row["lang"], regime, source, int(row["size"]), float(row["f1"])))
    return sorted(found, key=lambda point: (point.language, point.regime, point.source, point.size))


def released_wikiann(folder: Path) -> list[CurvePoint]:
    """The study's table with WikiANN: zero-shot, WikiANN and human rows (as many as its script took), by regime. Size -1: not given."""
    columns = (
        ("zero_shot", "related", NO_ROWS, 0),
        ("organic_ft", "related", HUMAN, -1),
        ("wikiann_ft", "related", WIKIANN, -1),
        ("organic_only", "scratch", HUMAN, -1),
        ("wikiann_only", "scratch", WIKIANN, -1),
    )
    return [
        _point(_CODES.get(row["lang"], row["lang"]), regime, source, size, float(row[column]))
        for row in _rows(folder / _WIKIANN_FILE, _WIKIANN_COLUMNS)
        for column, regime, source, size in columns
    ]


def _source(path: Path, row: Mapping[str, str]) -> str:
    if row["raw_data_source"] == _OTHER_TEST_SET:
        return ""
    if int(row["size"]) == 0:
        return NO_ROWS
    if row["data_type"] == "Organic":
        return HUMAN
    if row["data_source"] not in _LLMS:
        raise ReleasedScoresError(f"{path}: unknown source {row['data_source']!r}; known are {', '.join(_LLMS)}")
    return _LLMS[row["data_source"]]


def _rows(path: Path, columns: set[str]) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            if missing := columns - set(reader.fieldnames or ()):
                raise ReleasedScoresError(f"{path}: no column {', '.join(sorted(missing))}; it has {', '.join(reader.fieldnames or ())}")
            yield from reader
    except OSError as error:
        raise ReleasedScoresError(f"{path}: cannot be read ({error.strerror}); the study's `results` folder holds it") from error


def _point(language: str, regime: str, source: str, size: int, f1: float) -> CurvePoint:
    return CurvePoint(language, regime, source, size, 1, round(f1, 6), None, None, None)
