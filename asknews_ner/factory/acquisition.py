"""Acquisition of a workspace: sources of its list are read, and land in its drop folder."""

import datetime as dt
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from asknews_ner.acquire.deny import read_deny_list
from asknews_ner.acquire.files import SourceError
from asknews_ner.acquire.landing.land import Acquisition, Landed, land, last_reading
from asknews_ner.acquire.landing.ledger import LandedLedger
from asknews_ner.acquire.landing.shelf import Shelf
from asknews_ner.acquire.publishers.choose import chosen_publisher
from asknews_ner.acquire.publishers.registry import PublisherError
from asknews_ner.acquire.sources.declared import DeclaredSource, Kind, read_source_list
from asknews_ner.acquire.sources.open import Means, open_source
from asknews_ner.factory.drop_folder import article_place
from asknews_ner.factory.takedown_acquired import forget_deliveries, forget_requests
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import canonical_json, fingerprint

OpenMeans = Callable[[Callable[[str], bool]], Means]
"""What sources need, given what tells whether an address was landed before."""


def acquire(
    ws: Workspace, declared: DeclaredSource, means: OpenMeans, most: int | None = None, progress: Callable[[Landed], None] = lambda _: None
) -> Landed:
    """Read one source from where it stopped last, and land what is new. Raises SourceError, PublisherError.

    A source of feeds that names a publisher and no place reads the registry's feeds of it."""
    shelf = shelf_of(ws)
    if declared.kind == "feeds" and declared.publisher and not declared.at:
        declared = declared.model_copy(update={"at": source_of_publisher(ws, declared.publisher).at})
    with LandedLedger(shelf.ledger_file) as ledger:
        ledger.enter_missing(shelf.batches())
        deny = read_deny_list(ws.deny_file)
        source = open_source(declared, ws.recipe, means(ledger.knows), deny)
        told = canonical_json(declared.model_dump(mode="json", exclude_defaults=True))
        denied: set[str] = set()
        try:
            return land(Acquisition(declared.name, declared.kind, source, told, most), shelf, ledger, deny, progress, denied.add)
        finally:
            if denied:
                forget_requests(ws, denied)
            if deny.entries:  # nobody knows what packed copies hold: while anything is denied, none is kept
                forget_deliveries(ws, [place for place in declared.at if "://" in place])


def shelf_of(ws: Workspace) -> Shelf:
    """Where batches are put. Raises SourceError if the drop folder is none of one's own."""
    sample = Path(str(resources.files("asknews_ner.sample")))
    if ws.articles_mirror is None and (ws.articles.is_file() or ws.articles.is_relative_to(sample)):
        raise SourceError(
            f"{article_place(ws)} is no folder to put articles into; name one with --articles FOLDER or ASKNEWS_NER_ARTICLES (it is made "
            "if it is not there)"
        )
    return Shelf(ws.articles, ws.articles_mirror)


def declared_sources(ws: Workspace, kind: Kind | None = None, publisher: str = "") -> list[DeclaredSource]:
    """Sources of the list: all, or those of a kind and of a publisher. Raises SourceError."""
    wanted = publisher.casefold()
    return [
        source
        for source in read_source_list(ws.source_list).sources
        if (kind is None or source.kind == kind) and wanted in source.publisher.casefold()
    ]


def sources_by_name(ws: Workspace, names: list[str]) -> list[DeclaredSource]:
    """Sources of the list by their names, in the list's order. Raises SourceError for a name that is not there."""
    found = [source for source in declared_sources(ws) if source.name in names]
    missing = sorted(set(names) - {source.name for source in found})
    if missing:
        raise SourceError(f"{ws.source_list} has no source {', '.join(missing)}")
    return found


def source_of_publisher(ws: Workspace, wanted: str) -> DeclaredSource:
    """The feeds of a publisher of the registry. Raises PublisherError if there is no such publisher, or none of its feeds is known."""
    one = chosen_publisher(ws.publishers, wanted)
    if not one.feeds:
        raise PublisherError(
            f"{one.name} ({one.id}) has no feed in the registry; give an entry with its feeds in your own file (ASKNEWS_NER_PUBLISHERS), "
            "or name the feed itself with --at"
        )
    return DeclaredSource(name=f"publisher-{one.id}", kind="feeds", at=one.feeds, publisher=one.name)


def due_names(ws: Workspace, now: dt.datetime) -> list[str]:
    """Names of the sources that were never read, or not for as long as the list says."""
    sources = declared_sources(ws)
    if not sources:
        return []
    shelf = shelf_of(ws)
    due = []
    for source in sources:
        read = last_reading(shelf, source.name)
        if read is None or now - read >= dt.timedelta(minutes=source.every_minutes):
            due.append(source.name)
    return due


def own_name(kind: Kind, *request: object) -> str:
    """The name of a source that stands in no list: the same for the same request, so that it is gone on with."""
    return f"{kind}-{fingerprint(*request)[:10]}"
