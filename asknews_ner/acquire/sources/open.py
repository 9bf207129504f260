"""A declared source → a source that can be read."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from asknews_ner.acquire.deny import DenyList
from asknews_ner.acquire.files import SourceError
from asknews_ner.acquire.normalise import parse_time
from asknews_ner.acquire.sources.archive_source import ArchiveSource, archive_files
from asknews_ner.acquire.sources.asknews import AskNewsPlace, AskNewsSearch, AskNewsSource
from asknews_ner.acquire.sources.declared import DeclaredSource
from asknews_ner.acquire.sources.delivered_files import FilesSource
from asknews_ner.acquire.sources.hub import HubSource
from asknews_ner.acquire.sources.items import Source
from asknews_ner.acquire.sources.page_articles import Extractor
from asknews_ner.acquire.sources.session import OpenFetcher
from asknews_ner.acquire.sources.web import LinkedSource
from asknews_ner.recipe import Recipe

_FIRST_READING = dt.timedelta(hours=24)


@dataclass(frozen=True)
class Means:
    """What sources need from outside: ways to fetch and to extract, credentials, and the memory of what was landed.

    `local`: a path of this disk as it is, or a copy of what lies under an s3:// address."""

    extractor: Extractor
    fetcher: OpenFetcher | None
    asknews: Callable[[], AskNewsPlace]
    known: Callable[[str], bool]
    local: Callable[[str], Path]
    now: dt.datetime


def open_source(declared: DeclaredSource, recipe: Recipe, means: Means, deny: DenyList) -> Source:
    """The source, not yet read. `deny`: pages that it means are not fetched. Raises SourceError if something that it needs is missing."""
    params = recipe.sources
    since = parse_time(declared.since)
    if declared.since and since is None:
        raise SourceError(f"{declared.name}: since is {declared.since!r}; give a date such as 2026-11-01")
    if declared.kind == "asknews":
        search = AskNewsSearch(declared.query, declared.categories, declared.countries, declared.languages, declared.domains)
        return AskNewsSource(means.asknews(), search, params.asknews, since or means.now - _FIRST_READING, means.now)
    if not declared.at:
        how = "`at` (in the terminal: --at)" + (" or `publisher`" if declared.kind == "feeds" else "")
        raise SourceError(f"{declared.name}: a source of kind {declared.kind} needs a place; give {how}")
    if declared.kind == "warc":
        return ArchiveSource(archive_files([means.local(place) for place in declared.at]), params, recipe.fetch, means.extractor)
    if declared.kind == "files":
        return FilesSource([means.local(place) for place in declared.at])
    if declared.kind == "hub":
        return HubSource(declared.at[0], declared.split, declared.revision, declared.configuration)
    return LinkedSource(declared.kind, declared.at, params, means.extractor, means.fetcher, declared.since, means.known, deny)
