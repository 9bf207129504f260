"""Croissant metadata (MLCommons, version 1.0): what the files of a release hold, for programs that read data sets of any kind."""

import dataclasses
import datetime as dt
import json
import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from asknews_ner.recipe import Recipe
from asknews_ner.records import ExampleLineage, ReleasedExample, SpanLineage
from asknews_ner.storage.atomic import file_digest

CROISSANT = "croissant.json"
PARQUET = "application/x-parquet"
_DATA_TYPES: Mapping[Any, str] = {str: "sc:Text", int: "sc:Integer", float: "sc:Float", bool: "sc:Boolean", dt.datetime: "sc:DateTime"}
# The words of the format's own context; without all of them mlcroissant calls a file not standard.
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant(folder: Path, recipe: Recipe, version: str, languages: Sequence[str]) -> str:
    """The metadata of a release's folder, whose Parquet files are there already. Addresses are relative to it.

    The date of publication is left out: it is a clock, and the same inputs give the same file."""
    tables = [
        ("examples", "data/*.parquet", ReleasedExample, "One labelled summary of a news article a record."),
        ("spans", "lineage/spans.parquet", SpanLineage, "One labelled span a record, and who marked it."),
        ("lineage", "lineage/examples.parquet", ExampleLineage, "Where each example comes from, and who summarised and labelled it."),
    ]
    paths = sorted(path.relative_to(folder).as_posix() for pattern in (row[1] for row in tables) for path in folder.glob(pattern))
    return _text(
        {
            "@context": _CONTEXT,
            "@type": "sc:Dataset",
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            "name": recipe.name,
            "description": recipe.description,
            "version": version,
            "license": recipe.release.licence,
            "inLanguage": list(languages),
            "keywords": ["named-entity recognition", "news", "GLiNER"],
            "citeAs": "Törnquist, E. and Caulk, R. A. (2024). Curating Grounded Synthetic Data with Global Perspectives for Equitable AI. "
            "arXiv:2406.10258 (the method)",
            "distribution": [*(_file(folder, path) for path in paths), *(_file_set(name, pattern) for name, pattern, *_ in tables)],
            "recordSet": [_record_set(name, record, words) for name, _, record, words in tables],
        }
    )


def _file(folder: Path, path: str) -> dict[str, Any]:
    place = folder / path
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "contentUrl": path,
        "contentSize": f"{place.stat().st_size} B",
        "encodingFormat": PARQUET,
        "sha256": file_digest(place),
    }


def _file_set(name: str, pattern: str) -> dict[str, Any]:
    return {"@type": "cr:FileSet", "@id": f"{name}-files", "name": f"{name}-files", "encodingFormat": PARQUET, "includes": pattern}


def _record_set(name: str, record: Any, words: str) -> dict[str, Any]:
    hints = get_type_hints(record, include_extras=True)
    fields = [_field(name, f"{name}-files", field.name, hints[field.name]) for field in dataclasses.fields(record)]
    key = [{"@id": f"{name}/article_id"}, *([{"@id": f"{name}/start"}] if "start" in hints else [])]
    return {"@type": "cr:RecordSet", "@id": name, "name": name, "description": words, "key": key, "field": fields}


def _field(table: str, files: str, column: str, hint: Any, inside: str = "") -> dict[str, Any]:
    """A field of a column; of a column of records, one with sub-fields (`inside`: the column that holds the record)."""
    kind, words, *_ = get_args(hint) if get_origin(hint) is Annotated else (hint, "")
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(member for member in get_args(kind) if member is not type(None))
    repeated = get_origin(kind) is tuple
    inner = get_args(kind)[0] if repeated else kind
    place = f"{table}/{inside}/{column}" if inside else f"{table}/{column}"
    made: dict[str, Any] = {"@type": "cr:Field", "@id": place, "name": place, "description": words}
    if repeated:
        made["repeated"] = True
    if dataclasses.is_dataclass(inner):
        hints = get_type_hints(inner, include_extras=True)
        return made | {"subField": [_field(table, files, part.name, hints[part.name], column) for part in dataclasses.fields(inner)]}
    source: dict[str, Any] = {"fileSet": {"@id": files}, "extract": {"column": inside or column}}
    if inside:
        source["transform"] = {"jsonPath": column}
    made |= {"dataType": _DATA_TYPES[inner], "source": source}
    if column == "article_id" and table != "examples":
        made["references"] = {"field": {"@id": "examples/article_id"}}
    return made


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
