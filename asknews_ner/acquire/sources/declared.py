"""The list of sources, a YAML file of the operator's own: what is read, and how often.

A file beside the workspaces and not a slice of the recipe: it names places and times, which shape no dataset by themselves. What came of
it lies in the drop folder, and that is what a dataset is made of."""

from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError, field_validator

from asknews_ner.acquire.files import SourceError
from asknews_ner.recipe.base import Frozen, Positive
from asknews_ner.yaml_text import loaded

Kind = Literal["feeds", "sitemap", "warc", "asknews", "hub", "files"]


class DeclaredSource(Frozen):
    """One source. Its name is that of its batches' folder and of its cursor: another name reads it from its start."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,60}$", description="small letters, digits, - and _")
    kind: Kind
    at: tuple[str, ...] = Field(default=(), description="feeds, sitemap: addresses or files; warc, files: files or folders; hub: its name")
    every_minutes: Positive = Field(default=60, description="how often the sensor due_sources reads it")
    publisher: str = Field(default="", description="for people and for --publisher; feeds without `at` are the registry's of it")
    since: str = Field(default="", description="ISO date; feeds, sitemap, asknews: nothing older")
    query: str = Field(default="", description="asknews: words to search for; empty: all")
    categories: tuple[str, ...] = Field(default=(), description="asknews")
    countries: tuple[str, ...] = Field(default=(), description="asknews: ISO codes")
    languages: tuple[str, ...] = Field(default=(), description="asknews: ISO codes")
    domains: tuple[str, ...] = Field(default=(), description="asknews: publishers' domains")
    split: str = Field(default="train", description="hub")
    revision: str = Field(default="", description="hub: a commit; needed, except for a folder")
    configuration: str = Field(default="", description="hub: where the dataset has several")

    @field_validator("at", mode="before")
    @classmethod
    def _one_place(cls, places: object) -> object:
        return [places] if isinstance(places, str) else places

    @field_validator("at", mode="after")
    @classmethod
    def _no_secret(cls, places: tuple[str, ...]) -> tuple[str, ...]:
        for place in places:
            if "://" in place and "@" in place.partition("://")[2].partition("/")[0]:
                raise ValueError("an address holds a name or password; secrets belong into the environment")
        return places


class SourceList(Frozen):
    """All sources, with names that tell them apart."""

    sources: tuple[DeclaredSource, ...] = ()

    @field_validator("sources", mode="after")
    @classmethod
    def _names_differ(cls, sources: tuple[DeclaredSource, ...]) -> tuple[DeclaredSource, ...]:
        names = [source.name for source in sources]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"names that are there twice: {', '.join(twice)}")
        return sources


def read_source_list(file: Path) -> SourceList:
    """The list in a file; an empty one if there is no file. Raises SourceError naming what is wrong."""
    if not file.is_file():
        return SourceList()
    try:
        values = loaded(file.read_text(encoding="utf-8")) or {}
        return SourceList.model_validate(values)
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise SourceError(
            f"{file}: cannot be read as YAML ({error}); its form: a list `sources` of entries with name, kind and at"
        ) from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise SourceError(f"{file}: {faults}; correct it") from error
