"""`asknews-ner report`: pages that answer a question from the tables of a workspace, one sub-command each, and all of them together."""

import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from asknews_ner.terminal.options import RecipeName, WorkspaceOption

if TYPE_CHECKING:
    from asknews_ner.factory.reports.report import Report
    from asknews_ner.factory.workspace import Workspace

OpenWorkspace = Callable[[str, Path | None], "AbstractContextManager[Workspace]"]


def report_app(open_workspace: OpenWorkspace) -> typer.Typer:
    """The sub-commands, one a report. `open_workspace` gives the workspace of a recipe, and tells known faults in one line."""
    from asknews_ner.factory.reports.registry import REPORTS

    app = typer.Typer(no_args_is_help=True, help="Reports on a finished run: pages to look at, and the tables behind them.")
    for report in REPORTS:
        app.command(name=report.name, help=inspect.getdoc(report))(_command(open_workspace, (report,)))
    app.command(name="all", help="All of these, one after another.")(_command(open_workspace, REPORTS))
    return app


def _command(open_workspace: OpenWorkspace, reports: "tuple[Report, ...]") -> Callable[[str, Path | None], None]:
    def command(recipe: RecipeName = "laptop", workspace: WorkspaceOption = None) -> None:
        with open_workspace(recipe, workspace) as ws:
            for report in reports:
                done = report.refresh(ws, typer.echo)
                typer.echo(f"{done.section.title}: {done.section.lead}")
                typer.echo(f"{report.name:<10} {done.page}" + ("" if done.made else " (was up to date)"))

    return command
