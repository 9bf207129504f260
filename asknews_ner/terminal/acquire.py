"""`asknews-ner acquire`: articles from feeds, sitemaps, archives, AskNews or a data set into the drop folder."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from asknews_ner.terminal.options import Articles, RecipeName, WorkspaceOption

if TYPE_CHECKING:
    from asknews_ner.acquire.landing.land import Landed
    from asknews_ner.acquire.sources.declared import DeclaredSource
    from asknews_ner.factory.workspace import Workspace

_LONGEST_DETAIL = 120
At = Annotated[list[str] | None, typer.Option(help="Feed or sitemap (address or file), archive, folder, s3://bucket/prefix or data set.")]


def add_acquire_command(app: typer.Typer, clear_errors: Callable[[], AbstractContextManager[None]]) -> None:
    """Add the verb. `clear_errors`: known faults end with one line."""

    @app.command()
    def acquire(
        source: Annotated[str, typer.Option(help="feeds, sitemap, warc, asknews, hub or files.")] = "feeds",
        at: At = None,
        since: Annotated[str, typer.Option(help="Nothing older: a date such as 2026-11-01 (feeds, sitemap, asknews).")] = "",
        publisher: Annotated[
            str, typer.Option(help="Only this publisher: its sources in the list, else the feeds that the publisher registry has of it.")
        ] = "",
        max_articles: Annotated[int | None, typer.Option("--max", min=1, help="Stop after so many new articles.")] = None,
        query: Annotated[str, typer.Option(help="asknews: words to search for; empty: all.")] = "",
        split: Annotated[str, typer.Option(help="hub: part of the data set.")] = "train",
        revision: Annotated[str, typer.Option(help="hub: commit of the data set; needed, except for a folder.")] = "",
        articles: Articles = None,
        recipe: RecipeName = "laptop",
        workspace: WorkspaceOption = None,
    ) -> None:
        """Bring articles into the drop folder: what is new becomes batches there, and the next run takes them. Stopped, it goes on later.

        Without --at, the sources of that kind in the list of sources are read (ASKNEWS_NER_SOURCES, or sources.yaml beside the
        workspace), or the feeds of a --publisher of the registry (see: asknews-ner publishers list)."""
        from asknews_ner.acquire.files import SourceError
        from asknews_ner.acquire.publishers.registry import PublisherError
        from asknews_ner.acquire.sources.declared import DeclaredSource, Kind
        from asknews_ner.factory.acquisition import acquire as acquire_source
        from asknews_ner.factory.acquisition import own_name
        from asknews_ner.orchestration.acquirer import Acquirer
        from asknews_ner.orchestration.resources import WorkspaceResource, build_resources
        from asknews_ner.orchestration.settings import from_environment

        given = {"ASKNEWS_NER_RECIPE": recipe, "ASKNEWS_NER_ARTICLES": articles, "ASKNEWS_NER_WORKSPACE": workspace}
        with clear_errors():
            kinds: tuple[Kind, ...] = get_args(Kind)
            kind = next((known for known in kinds if known == source), None)
            if kind is None:
                raise SourceError(f"no source {source!r}; give one of {', '.join(kinds)}")
            resources = build_resources(from_environment({name: str(value) for name, value in given.items() if value is not None}))
            opener, acquirer = resources["workspace"], resources["acquirer"]
            assert isinstance(opener, WorkspaceResource) and isinstance(acquirer, Acquirer)  # noqa: PT018
            ws = opener.open()
            name = own_name(kind, at or [], query, split, revision)
            own = DeclaredSource(name=name, kind=kind, at=tuple(at or ()), query=query, split=split, revision=revision, publisher=publisher)
            landed, faults = [], []
            with acquirer.opened(ws) as means:
                for one in _chosen(ws, own):
                    declared = one.model_copy(update={"since": since}) if since else one
                    try:
                        with _shown(declared) as progress:
                            landed.append(acquire_source(ws, declared, means, max_articles, progress))
                    except (SourceError, PublisherError) as error:  # the others are read all the same
                        faults.append(str(error))
            if landed:
                _close(ws, landed)
            if faults:
                raise SourceError("; ".join(faults))


def _chosen(ws: "Workspace", own: "DeclaredSource") -> list["DeclaredSource"]:
    """What is meant: the place that is named, else sources of the list, else all of AskNews or a publisher's feeds."""
    from asknews_ner.acquire.files import SourceError
    from asknews_ner.factory.acquisition import declared_sources, source_of_publisher

    if own.at:
        return [own]
    if listed := declared_sources(ws, own.kind, own.publisher):
        return listed
    if own.kind == "asknews" and not own.publisher:
        return [own]
    if own.kind == "feeds" and own.publisher:
        return [source_of_publisher(ws, own.publisher)]
    of = f" of a publisher like {own.publisher!r}" if own.publisher else ""
    raise SourceError(
        f"{ws.source_list} has no source of kind {own.kind}{of}; add one, or name a place with --at or a publisher with --publisher"
    )


@contextmanager
def _shown(declared: "DeclaredSource") -> Iterator[Callable[["Landed"], None]]:
    """A line that counts items while they come, on a terminal; nothing where nobody looks."""
    from tqdm import tqdm

    with tqdm(desc=declared.name, unit=" items", disable=None, leave=False) as bar:

        def progress(landed: "Landed") -> None:
            bar.update(landed.seen - bar.n)
            bar.set_postfix(new=landed.new, refused=landed.refused.total(), refresh=False)

        yield progress


def _close(ws: "Workspace", landed: list["Landed"]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from asknews_ner.factory.drop_folder import article_place

    console = Console(highlight=False, soft_wrap=True)
    counts = Table("source", "kept", "were there", "rejected", "batches", "to its end")
    reasons = Table("source", "rejected because", "items", "meaning, and the first of them")
    for one in landed:
        numbers = (one.new, one.again, one.refused.total(), len(one.batches))
        counts.add_row(one.source, *map(str, numbers), "yes" if one.complete else "no, run again")
        for reason, count in one.refused.most_common():
            first = one.examples[reason]
            told = f"{first.url or first.where}: {first.detail[:_LONGEST_DETAIL]}" if first.detail != first.reason.value else first.where
            reasons.add_row(one.source, reason, str(count), Text(f"{first.reason.value}\n{told}"))
    console.print(counts)
    if reasons.row_count:
        console.print(reasons)
    new = sum(one.new for one in landed)
    console.print(f"{new} new articles in {article_place(ws)}" + (f"; next: asknews-ner run --articles {article_place(ws)}" if new else ""))
