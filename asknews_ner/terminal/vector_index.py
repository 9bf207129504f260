"""`asknews-ner search` and `asknews-ner reindex`: find articles through the vector index, and make it again."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from asknews_ner.terminal.options import RecipeName, WorkspaceOption

if TYPE_CHECKING:
    from asknews_ner.factory.workspace import Workspace

OpenWorkspace = Callable[[str, Path | None], "AbstractContextManager[Workspace]"]
_TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def add_commands(app: typer.Typer, open_workspace: OpenWorkspace) -> None:
    """Put the verbs into the app. `open_workspace` gives the workspace of a recipe, and tells known faults in one line."""

    @app.command()
    def reindex(
        recipe: RecipeName = "laptop",
        workspace: WorkspaceOption = None,
        check_only: Annotated[bool, typer.Option("--check-only", help="Change nothing, only compare the index with the tables.")] = False,
    ) -> None:
        """Drop the vector index, fill it from the Parquet tables again, and compare the two. Ends with 1 if they differ."""
        from asknews_ner.factory.vector_index import check_index, refresh_index

        with open_workspace(recipe, workspace) as ws:
            if not check_only:
                done = refresh_index(ws, rebuild=True)
                typer.echo(f"{done.points} points written at {ws.index_place.name}")
            found = check_index(ws)
        typer.echo(f"check: {'passed' if found.is_none else 'FAILED'}, {found.summary()}")
        for article_id in found.examples():
            typer.echo(f"  {article_id}")
        if not found.is_none:
            raise typer.Exit(1)

    @app.command()
    def search(
        text: Annotated[str, typer.Argument(help="What to look for; without it, all articles that meet the filters are listed.")] = "",
        recipe: RecipeName = "laptop",
        workspace: WorkspaceOption = None,
        text_language: Annotated[str, typer.Option(help="Language of the text.")] = "en",
        country: Annotated[str | None, typer.Option(help="Only articles of publishers of this country, such as SE.")] = None,
        language: Annotated[str | None, typer.Option(help="Only articles in this language, such as sv.")] = None,
        window: Annotated[str | None, typer.Option(help="Only articles of this window of time, such as 2026-03-02T00:00Z.")] = None,
        topic: Annotated[str | None, typer.Option(help="Only articles of this topic (its id in the table of topics).")] = None,
        since: Annotated[
            dt.datetime | None, typer.Option(formats=_TIMES, help="Only articles published at this time (UTC) or later.")
        ] = None,
        until: Annotated[dt.datetime | None, typer.Option(formats=_TIMES, help="Only articles published before this time (UTC).")] = None,
        limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 10,
    ) -> None:
        """Find articles like a text, across languages, or list a window's or a topic's: cosine, country, language,
        time of publication, title, address."""
        from asknews_ner.diversify.index.points import Filters
        from asknews_ner.factory.search import find, listed

        filters = Filters(country and country.upper(), language and language.lower(), window, topic, _utc(since), _utc(until))
        with open_workspace(recipe, workspace) as ws:
            hits = find(ws, text, text_language, limit, filters) if text else listed(ws, limit, filters)
        for hit in hits:
            published = f"{hit.published_at:%Y-%m-%d %H:%M}" if hit.published_at else "undated"
            score = "     " if hit.score is None else f"{hit.score:.3f}"
            typer.echo(f"{score}  {hit.country} {hit.language}  {published:<16}  {hit.title}  {hit.article_id}")
        if not hits:
            typer.echo("no article meets the filters", err=True)


def _utc(time: dt.datetime | None) -> dt.datetime | None:
    return time and time.replace(tzinfo=dt.UTC)
