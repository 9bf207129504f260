"""`asknews-ner takedown`: deny an article or a publisher, and prove that nothing of it is left."""

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


def takedown_app(open_workspace: OpenWorkspace) -> typer.Typer:
    """The sub-commands, over the workspace that `open_workspace` gives."""
    app = typer.Typer(no_args_is_help=True, help="The deny list: articles and publishers that must not stand in anything made here.")

    @app.command()
    def add(
        reason: Annotated[str, typer.Option(help="Who asked for it and why; it stays in the deny list.")],
        article: Annotated[str, typer.Option(help="Id or address of an article.")] = "",
        publisher: Annotated[str, typer.Option(help="Name of a publisher as its articles give it, or its domain.")] = "",
        recipe: RecipeName = "laptop",
        workspace: WorkspaceOption = None,
    ) -> None:
        """Put an article or a publisher on the deny list, and forget replies and vectors that were made of it."""
        from asknews_ner.acquire.deny import DenyEntry, read_deny_list
        from asknews_ner.factory.takedown import denied_articles, forget
        from asknews_ner.storage.atomic import write_text

        if bool(article.strip()) == bool(publisher.strip()):
            typer.echo("error: say what to take down: --article or --publisher", err=True)
            raise typer.Exit(2)
        with open_workspace(recipe, workspace) as ws:
            entry = DenyEntry(article=article.strip(), publisher=publisher.strip(), reason=reason, since=dt.datetime.now(dt.UTC).date())
            write_text(ws.deny_file, read_deny_list(ws.deny_file).with_entry(entry).as_yaml())
            denied = denied_articles(ws)
            done = forget(ws, [row.article_id for row in denied], [row.url for row in denied if row.url])
        typer.echo(f"{ws.deny_file}: {len(denied)} articles in {ws.root.name} are meant; {done.as_text()}")
        typer.echo("the next run makes tables, index, release and report without them; then: asknews-ner takedown verify")

    @app.command("list")
    def list_(recipe: RecipeName = "laptop", workspace: WorkspaceOption = None) -> None:
        """What stands on the deny list, since when and why."""
        from asknews_ner.acquire.deny import read_deny_list

        with open_workspace(recipe, workspace) as ws:
            entries = read_deny_list(ws.deny_file).entries
        for entry in entries:
            typer.echo(
                f"{entry.since}  {'publisher' if entry.publisher else 'article':<9}  {entry.publisher or entry.article}  {entry.reason}"
            )
        if not entries:
            typer.echo(f"{ws.deny_file}: nothing is denied")

    @app.command()
    def verify(recipe: RecipeName = "laptop", workspace: WorkspaceOption = None) -> None:
        """Look for ids, addresses, titles and sentences of denied articles in every file made here, and in the object stores of tables and
        outputs with the old versions that they keep. Ends with 1 if any is found.

        What to look for is read from the drop folder: an article whose file is gone cannot be looked for."""
        from asknews_ner.factory.takedown_proof import needles, traces

        with open_workspace(recipe, workspace) as ws:
            count, wanted = needles(ws)
            found = traces(ws, wanted)
        typer.echo(f"{count} denied articles, {len(wanted)} texts looked for: {len(found)} found")
        for trace in found[:20]:
            typer.echo(f"  {trace.place}: {trace.text[:100]}")
        if found:
            raise typer.Exit(1)

    @app.command("sweep")
    def sweep_(
        release: Annotated[list[str] | None, typer.Option(help="Version of a release to delete, here and in the object store.")] = None,
        recipe: RecipeName = "laptop",
        workspace: WorkspaceOption = None,
    ) -> None:
        """Delete what takedowns leave in object stores where no reader looks: old versions of objects, and files of publications that were
        broken off. Run it while no run is under way."""
        from asknews_ner.factory.takedown import sweep

        with open_workspace(recipe, workspace) as ws:
            done = sweep(ws, release or [])
        typer.echo(done.as_text())

    return app
