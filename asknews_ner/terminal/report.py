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
    "audit": "Who is in the articles, the sample and the dataset, who gets lost where and why, and what to collect next.",
    "fidelity": "Do summaries keep to their sources: names, numbers, language; drift, the worst pairs, a sheet for raters.",
    "ablation": "Does it matter how the articles are chosen? Trains.",
    "scaling": "What would more articles give? Trains.",
    "transfer": "Does the data help other kinds of models, too? Trains.",
    "unseen": "Languages that were not trained on, by script and by what an encoder can read. Trains.",
    "checks": "Topics, labels and a few articles for people to check by hand, and the failure signatures with their thresholds.",
    "explorer": "One page to look through the run: map, atlas, every article with its entities and lineage, scores, rejects, releases.",
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
        from asknews_ner.factory.reports.experiment import ExperimentError
        from asknews_ner.factory.reports.registry import report_named

        left_out = []
        with open_workspace(recipe, workspace) as ws:
            for name in names:
                try:
                    done = report_named(name).refresh(ws, typer.echo)
                except ExperimentError as error:
                    if len(names) == 1:
                        raise
                    left_out.append(str(error))
                    continue
                typer.echo(f"{done.section.title}: {done.section.lead}")
                typer.echo(f"{name:<10} {done.page}" + ("" if done.made else " (was up to date)"))
        for reason in left_out:
            typer.echo(f"not made: {reason}", err=True)

    return command
