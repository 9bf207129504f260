"""`asknews-ner predict` and `export-onnx`: entities in texts of any length, and a model for ONNX Runtime."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Literal

import typer

from asknews_ner.terminal.options import RecipeName, WorkspaceOption
from asknews_ner.terminal.vector_index import OpenWorkspace

ClearErrors = Callable[[], AbstractContextManager[None]]
_TABLE_OR_JSONL = Literal["table", "jsonl"]
_RUNTIME = Literal["torch", "onnx"]


def add_predict_commands(app: typer.Typer, open_workspace: OpenWorkspace, clear_errors: ClearErrors) -> None:
    """Put the verbs into the app. `open_workspace` and `clear_errors` tell known faults in one line."""

    @app.command()
    def predict(
        text: Annotated[str | None, typer.Argument(help="The text. Default: --file, or what stands in standard input.")] = None,
        file: Annotated[Path | None, typer.Option(help="Plain text, or .jsonl, .csv, .parquet with a column of texts; .gz too.")] = None,
        column: Annotated[str, typer.Option(help="The texts' column or field.")] = "text",
        lines: Annotated[bool, typer.Option("--lines", help="Plain text: every line is a text of its own.")] = False,
        model: Annotated[str | None, typer.Option(help="Folder or hub name. Default: the workspace's tuned model.")] = None,
        revision: Annotated[str | None, typer.Option(help="Commit or tag of a model of the hub.")] = None,
        types: Annotated[str | None, typer.Option(help="Entity types, with commas. Default: the model's own, or the dataset's.")] = None,
        threshold: Annotated[float | None, typer.Option(min=0, max=1, help="Scores must be above. Default: the recipe's.")] = None,
        nested: Annotated[bool, typer.Option("--nested", help="Entities may lie inside others.")] = False,
        output: Annotated[_TABLE_OR_JSONL, typer.Option("--format", help="Lines for people, or one JSON object a text.")] = "table",
        runtime: Annotated[_RUNTIME, typer.Option(help="`onnx`: a folder that export-onnx wrote.")] = "torch",
        keep_going: Annotated[bool, typer.Option("--keep-going", help="Rows that cannot be read go to --rejects.")] = False,
        rejects: Annotated[Path, typer.Option(help="File of the rows that could not be read, with the reasons.")] = Path("rejects.jsonl"),
        recipe: RecipeName = "laptop",
        workspace: WorkspaceOption = None,
    ) -> None:
        """Entities of a text, or of the texts in a file, with their places in characters and their scores.

        Long texts are read in overlapping windows. Entities go to standard output, everything else to standard error."""
        with clear_errors():
            from asknews_ner.evaluate.inference.load import load_scorer
            from asknews_ner.recipe import load_recipe
            from asknews_ner.terminal.predictions import Asked, Form, inputs_of, show_entities, types_of_option, write_rejects
            from asknews_ner.train.__main__ import quiet_libraries

            inputs, known = inputs_of(text, file, column, lines), types_of_option(types)
            params = load_recipe(recipe)
            place = model or tuned_model(open_workspace, recipe, workspace)
            quiet_libraries()
            scorer = load_scorer(place, revision, runtime, params.evaluate)
            known = known or scorer.own_types or types_of_dataset(open_workspace, recipe, workspace)
            asked = Asked(known, scorer.threshold if threshold is None else threshold, nested, Form(output))
            tally = show_entities(inputs, scorer, asked, params.predict, keep_going)
            if tally.rejected:
                write_rejects(tally.rejected, rejects)
                typer.echo(f"{len(tally.rejected)} rows could not be read: {rejects}", err=True)
            typer.echo(tally.as_text(), err=True)

    @app.command("export-onnx")
    def export_onnx(
        out: Annotated[Path, typer.Argument(help="Folder to write; one that is there is replaced.")],
        model: Annotated[str | None, typer.Option(help="Folder or hub name of a GLiNER. Default: the workspace's tuned model.")] = None,
        revision: Annotated[str | None, typer.Option(help="Commit or tag of a model of the hub.")] = None,
        recipe: RecipeName = "laptop",
        workspace: WorkspaceOption = None,
    ) -> None:
        """Write a GLiNER for ONNX Runtime, unless it finds other entities, or other scores, than PyTorch in texts of 12 languages."""
        with clear_errors():
            from asknews_ner.evaluate.inference.onnx_export import export
            from asknews_ner.recipe import load_recipe
            from asknews_ner.train.__main__ import quiet_libraries
            from asknews_ner.train.gliner.model import load_model

            params = load_recipe(recipe)
            place = model or tuned_model(open_workspace, recipe, workspace)
            quiet_libraries()
            parity = export(load_model(place, revision), out, params.evaluate.threshold, params.predict.onnx_tolerance)
            typer.echo(f"written: {out}; {parity.as_text()}")


def tuned_model(open_workspace: OpenWorkspace, recipe: str, workspace: Path | None) -> str:
    """The folder of the workspace's tuned model, the biggest of the recipe's sizes that is there. Raises InferenceError if none is."""
    from asknews_ner.evaluate.inference.errors import InferenceError
    from asknews_ner.factory.models import tuned_folder
    from asknews_ner.factory.published import start_from

    with open_workspace(recipe, workspace) as ws:
        for size in ws.recipe.sizes:
            start_from(ws, tuned_folder(ws, size))
        found = [folder for size in ws.recipe.sizes if (folder := tuned_folder(ws, size)).is_dir()]
        if not found:
            raise InferenceError(f"{ws.models}: no tuned model here; run `asknews-ner run` first, or say --model FOLDER")
    return str(found[-1])


def types_of_dataset(open_workspace: OpenWorkspace, recipe: str, workspace: Path | None) -> list[str]:
    """The types of the workspace's dataset. Raises InferenceError if there is none."""
    from asknews_ner.evaluate.inference.errors import InferenceError
    from asknews_ner.factory.entity_types import dataset_types
    from asknews_ner.factory.published import start_from

    with open_workspace(recipe, workspace) as ws:
        start_from(ws, ws.dataset)
        found = dataset_types(ws.dataset)
        if not found:
            raise InferenceError(f"{ws.dataset}: no dataset that says which types to look for; say --types person,organization,location")
    return found
