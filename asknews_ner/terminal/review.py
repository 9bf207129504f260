"""`asknews-ner review`: texts for people to look at, and what they said of them."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from asknews_ner.terminal.options import RecipeName, WorkspaceOption

if TYPE_CHECKING:
    from asknews_ner.factory.workspace import Workspace

OpenWorkspace = Callable[[str, Path | None], "AbstractContextManager[Workspace]"]


def review_app(open_workspace: OpenWorkspace) -> typer.Typer:
    """The sub-commands. `open_workspace` gives the workspace of a recipe, and tells known faults in one line."""
    app = typer.Typer(no_args_is_help=True, help="Human review in Label Studio: tasks out, verdicts in.")

    @app.command("export")
    def export(
        out: Annotated[Path | None, typer.Option(help="File of the tasks. Default: review/tasks.json in the workspace.")] = None,
        recipe: RecipeName = "laptop",
        workspace: WorkspaceOption = None,
    ) -> None:
        """Write the texts to look at as Label Studio tasks with pre-annotations, and the project's labelling configuration beside them."""
        from asknews_ner.factory.review_files import export_tasks

        with open_workspace(recipe, workspace) as ws:
            done = export_tasks(ws, out or ws.review / "tasks.json")
        chosen = ", ".join(f"{count} {how}" for how, count in sorted(done.chosen.items())) or "nothing is waiting"
        typer.echo(
            f"{done.tasks} tasks ({chosen}), {done.spans} pre-annotated spans, {done.languages} languages, {done.countries} countries"
        )
        typer.echo(f"tasks          {done.path}\nconfiguration  {done.config}")

    @app.command("import")
    def import_(
        files: Annotated[list[Path], typer.Argument(help="Exports of the project: JSON, not JSON_MIN.")],
        recipe: RecipeName = "laptop",
        workspace: WorkspaceOption = None,
    ) -> None:
        """Check Label Studio's exports and copy their verdicts, without people's names, into the verdict folder. The next run uses them."""
        from asknews_ner.factory.review_files import import_file

        with open_workspace(recipe, workspace) as ws:
            for path in files:
                done = import_file(ws, path)
                made = done.read
                typer.echo(
                    f"{path}: {made.outcome.seen} annotations, {len(made.outcome.kept)} verdicts, {len(made.outcome.rejected)} rejected"
                )
                for reason, count in Counter(row.reason for row in made.outcome.rejected).most_common():
                    typer.echo(f"  rejected: {reason} {count}")
                spans = sum(len(row.spans) for row in made.outcome.kept)
                typer.echo(f"  {spans + len(made.lost)} spans, {spans} kept, {len(made.lost)} lost")
                for reason, count in Counter(row.reason for row in made.lost).most_common():
                    typer.echo(f"  lost: {reason} {count}")
                for kind, count in Counter(row.kind for row in made.flags).most_common():
                    typer.echo(f"  noted: {kind} {count}")
                typer.echo(f"  {'copied to' if done.is_new else 'is already there as'} {done.path}")

    return app
