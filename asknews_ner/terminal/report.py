"""`asknews-ner report`: pages that answer a question from the tables of a workspace, one sub-command each, and all of them together."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from asknews_ner.terminal.options import RecipeName, WorkspaceOption

if TYPE_CHECKING:
    from asknews_ner.factory.workspace import Workspace

OpenWorkspace = Callable[[str, Path | None], "AbstractContextManager[Workspace]"]
HELP: dict[str, str] = {
    "fidelity": "Do summaries keep to their sources: names, numbers, language; drift, the worst pairs, a sheet for raters.",
}
"""Names of the reports in their order, and what each answers. The registry has the same ones (a test), but takes a second to load."""


def report_app(open_workspace: OpenWorkspace) -> typer.Typer:
    """The sub-commands, one a report. `open_workspace` gives the workspace of a recipe, and tells known faults in one line."""
    app = typer.Typer(no_args_is_help=True, help="Reports on a finished run: pages to look at, and the tables behind them.")
    for name, words in HELP.items():
        app.command(name=name, help=words)(_command(open_workspace, [name]))
    app.command(name="all", help="All of these, one after another.")(_command(open_workspace, list(HELP)))
    return app


def _command(open_workspace: OpenWorkspace, names: list[str]) -> Callable[[str, Path | None], None]:
    def command(recipe: RecipeName = "laptop", workspace: WorkspaceOption = None) -> None:
        from asknews_ner.factory.reports.registry import report_named

        with open_workspace(recipe, workspace) as ws:
            for name in names:
                done = report_named(name).refresh(ws, typer.echo)
                typer.echo(f"{done.section.title}: {done.section.lead}")
                typer.echo(f"{name:<10} {done.page}" + ("" if done.made else " (was up to date)"))

    return command
