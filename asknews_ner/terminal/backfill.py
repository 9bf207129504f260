"""`asknews-ner backfill`: make, or make again, the partitions of a country, a language, or all."""

import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from asknews_ner.terminal.options import Articles, LlmModel, LlmUrl, RecipeName, Serve, WorkspaceOption

if TYPE_CHECKING:
    from rich.table import Table

    from asknews_ner.factory.workspace import Workspace
    from asknews_ner.terminal.runner import Runner

OpenRunner = Callable[[str, dict[str, str]], "AbstractContextManager[Runner]"]
ClearErrors = Callable[[], AbstractContextManager[None]]
Given = Callable[[str | None, Path | None, str | None, str | None, str | None], dict[str, str]]


def add_backfill_command(app: typer.Typer, open_runner: OpenRunner, clear_errors: ClearErrors, given: Given) -> None:
    """Put the verb into the app. `open_runner` gives the runner of a recipe, `given` turns options into settings."""

    @app.command()
    def backfill(
        country: Annotated[list[str] | None, typer.Option(help="ISO 3166-1 code such as SE, or ZZ for unknown; may be repeated.")] = None,
        language: Annotated[str | None, typer.Option(help="Only this language, such as sv. Default: all twelve.")] = None,
        everything: Annotated[bool, typer.Option("--all", help="All countries that have, or had, articles.")] = False,
        recipe: RecipeName = "laptop",
        articles: Articles = None,
        workspace: WorkspaceOption = None,
        llm_url: LlmUrl = None,
        llm_model: LlmModel = None,
        serve: Serve = None,
    ) -> None:
        """Make, or make again, the partitions of a country: one run for its twelve languages, from its articles to its examples.

        What is up to date costs nothing, so that a backfill that was broken off goes on where it ended. What is decided over all
        articles (topics, sample, splits) is left to `asknews-ner run` and to the nightly refresh."""
        from rich.console import Console

        warnings.filterwarnings("ignore")
        started = time.monotonic()
        with clear_errors():
            countries, one = _chosen(country or [], language, everything)
            with open_runner(recipe, given(articles, workspace, llm_url, llm_model, serve)) as runner:
                runner.backfill(countries, one)
        console = Console(highlight=False, soft_wrap=True)
        console.print()
        console.print(closing_table(runner, countries, one))
        console.print(f"\n{len(runner.run_ids)} runs, {time.monotonic() - started:.0f} s")
        if due := due_after(runner.ws):
            console.print(f"[bold]note:[/bold] not up to date now: {', '.join(due)}; `asknews-ner run` or the nightly refresh makes them")


def _chosen(countries: Sequence[str], language: str | None, everything: bool) -> tuple[list[str], str | None]:
    """(country partitions, none of them for all; the language partition). Raises PartitionNameError."""
    from asknews_ner.orchestration.partition_names import PartitionNameError, country_partition, language_partition

    if everything and countries:
        raise PartitionNameError("--all means every country: leave --country out, or leave --all out")
    if not (everything or countries or language):
        raise PartitionNameError("say what to backfill: --country SE, --language sv, both, or --all")
    return [country_partition(name) for name in countries], None if language is None else language_partition(language)


def closing_table(runner: "Runner", countries: Sequence[str], language: str | None) -> "Table":
    """By stage: rows computed, taken from the memo, and left as they were; rows kept and rejected in the chosen partitions."""
    from rich.table import Table

    from asknews_ner.factory.phases import TO_DATASET, CountryPhase
    from asknews_ner.factory.phases import countries as present
    from asknews_ner.orchestration.partitions import cells_of
    from asknews_ner.storage.tables import reject_table

    ws = runner.ws
    cells = [cell for country in (countries or present(ws)) for cell in cells_of(country, language)]
    table = Table("", "computed", "from memo", "unchanged", "kept", "rejected", box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for stage in (stage for phase in TO_DATASET if isinstance(phase, CountryPhase) for stage in phase.stages):
        done = runner.tallies[stage.name]
        rows = (sum(ws.tables.row_count(name, cell) for cell in cells) for name in (stage.name, reject_table(stage.name)))
        table.add_row(stage.name, *map(str, (done.computed, done.from_memo, done.reused, *rows)))
    return table


def due_after(ws: "Workspace") -> list[str]:
    """Assets over all articles that are not up to date, as far as can be told before the first of them is made."""
    from asknews_ner.factory.phases import TO_DATASET, WholePhase

    return [name for phase in TO_DATASET if isinstance(phase, WholePhase) for name in phase.due(ws)]
