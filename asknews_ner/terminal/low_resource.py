"""`asknews-ner low-resource`: does synthetic data help in a language? Trainings, scores and the page, without the web UI."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from asknews_ner.terminal.options import RecipeName, WorkspaceOption

if TYPE_CHECKING:
    from asknews_ner.factory.workspace import Workspace

OpenWorkspace = Callable[[str, Path | None], "AbstractContextManager[Workspace]"]
TargetLanguages = Annotated[list[str], typer.Option(help="Code of a target language, such as da; give it again for another.")]
HumanData = Annotated[
    Path | None, typer.Option(help="Folder of human-labelled data, laid out as its source lays it out (or ASKNEWS_NER_HUMAN_DATA).")
]
StudyResults = Annotated[
    Path | None, typer.Option(help="Folder of the study's released scores, drawn beside ours (or ASKNEWS_NER_STUDY_RESULTS).")
]


def low_resource_app(open_workspace: OpenWorkspace) -> typer.Typer:
    """The sub-commands. `open_workspace` gives the workspace of a recipe, and tells known faults in one line."""
    app = typer.Typer(no_args_is_help=True, help="The low-resource study: does synthetic data help in a language?")

    @app.command()
    def estimate(
        language: TargetLanguages, recipe: RecipeName = "laptop", workspace: WorkspaceOption = None, human_data: HumanData = None
    ) -> None:
        """What `generate` would cost before it is spent: calls, tokens, money and time by language. Asks the model nothing."""
        from asknews_ner.factory.estimates import generation_estimate
        from asknews_ner.terminal.summary import estimate_lines

        with open_workspace(recipe, workspace) as ws:
            found = {code: generation_estimate(ws, _folder(human_data), code) for code in language}
            for code, one in found.items():
                for line in estimate_lines([one] if one else [], ws.budget):
                    typer.echo(f"{code}: {line}")

    @app.command()
    def generate(
        language: TargetLanguages, recipe: RecipeName = "laptop", workspace: WorkspaceOption = None, human_data: HumanData = None
    ) -> None:
        """Ask the LLM for labelled sentences, as the asset generated_sentences does. Run again to go on; stored replies cost nothing."""
        from asknews_ner.factory.low_resource_stage import refresh_language, yield_table
        from asknews_ner.low_resource.yields import GenerationYield

        with open_workspace(recipe, workspace) as ws:
            for code in language:
                refresh_language(ws, _folder(human_data), code, typer.echo)
                for row in ws.tables.read(yield_table(code), GenerationYield):
                    cost = "no price" if row.usd is None else f"{row.usd:,.4f} USD"
                    typer.echo(f"{code}: {row.usable:,} usable sentences of {row.requested:,} asked for, {row.source}, {cost}")

    @app.command()
    def run(
        language: TargetLanguages,
        recipe: RecipeName = "laptop",
        workspace: WorkspaceOption = None,
        human_data: HumanData = None,
        study_results: StudyResults = None,
    ) -> None:
        """Train and score every source of rows at every size, and write the page. Rows of LLMs are those of `generate`.

        Finished trainings are kept; run again to go on. A language that cannot be made is named, and the others go on."""
        from asknews_ner.low_resource.errors import HumanDataError
        from asknews_ner.orchestration.settings import from_environment

        failed = []
        with open_workspace(recipe, workspace) as ws:
            settings = from_environment()
            folder = _folder(human_data)
            for code in language:
                try:
                    typer.echo(_study(ws, folder, code, settings.training.threads))
                except (HumanDataError, subprocess.CalledProcessError) as error:
                    failed.append(code)
                    typer.echo(f"error: {error}", err=True)
            _page(ws, str(study_results or settings.study_results))
        if failed:
            typer.echo(f"error: not made: {', '.join(failed)}; the reasons stand above", err=True)
            raise typer.Exit(1)

    @app.command()
    def report(recipe: RecipeName = "laptop", workspace: WorkspaceOption = None, study_results: StudyResults = None) -> None:
        """Write the page of all languages that have scores, and say its answers."""
        from asknews_ner.factory.study_report import answers_table, names_of, words_of
        from asknews_ner.low_resource.study.answer import Answer
        from asknews_ner.orchestration.settings import from_environment

        with open_workspace(recipe, workspace) as ws:
            for code, name in names_of(ws).items():
                if ws.tables.exists(answers_table(code)):
                    typer.echo(words_of(name, ws.tables.read(answers_table(code), Answer)))
            _page(ws, str(study_results or from_environment().study_results))

    return app


def _folder(given: Path | None) -> Path:
    from asknews_ner.orchestration.settings import from_environment

    return given or Path(from_environment().human_data or "human_data")


def _study(ws: "Workspace", folder: Path, code: str, threads: int) -> str:
    """All of one language; returns the answer. Raises HumanDataError, CalledProcessError where the program failed (it has said why)."""
    from asknews_ner.factory.study_data import refresh_human, refresh_wikiann
    from asknews_ner.factory.study_report import refresh_curves
    from asknews_ner.factory.study_scores import finish_study, job_file, missing_table, study_job
    from asknews_ner.low_resource.study.job import write_job
    from asknews_ner.low_resource.study.records import MissingCell

    for done in (refresh_human(ws, folder, code), refresh_wikiann(ws, folder, code)):
        typer.echo(f"{code}: {', '.join(f'{count} {split}' for split, count in done.rows.items())} from {done.place or 'nowhere'}")
        for note in done.notes:
            typer.echo(f"  {note}")
    job, path = study_job(ws, folder, code, threads), job_file(ws, code)
    write_job(job, path)
    subprocess.run([sys.executable, "-m", "asknews_ner.low_resource.study", str(path)], check=True)
    results = finish_study(ws, job)
    for one in ws.tables.read(missing_table(code), MissingCell):
        typer.echo(f"  missing: {one.regime}, {one.source}: {one.reason}")
    return refresh_curves(ws, code, results).sentence


def _page(ws: "Workspace", results: str) -> None:
    from asknews_ner.factory.study_report import refresh_study_report

    typer.echo(f"report   {refresh_study_report(ws, results)}")
