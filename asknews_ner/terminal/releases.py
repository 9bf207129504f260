"""`asknews-ner release`, `diff` and `lineage`: freeze the dataset under a version, compare two, and follow an example back."""

import datetime as dt
import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from asknews_ner.terminal.options import RecipeName, WorkspaceOption
from asknews_ner.terminal.vector_index import OpenWorkspace

if TYPE_CHECKING:
    from asknews_ner.dataset.release.diff import Difference
    from asknews_ner.factory.workspace import Workspace
    from asknews_ner.records import CellRun

ClearErrors = Callable[[], AbstractContextManager[None]]
_DIFFER = 1


def add_release_commands(app: typer.Typer, open_workspace: OpenWorkspace, clear_errors: ClearErrors) -> None:
    """Put the verbs into the app. `open_workspace` and `clear_errors` tell known faults in one line."""

    @app.command()
    def release(
        version: Annotated[
            str | None, typer.Option(help="Such as 1.0.0 or 2026.11.21. Default: 0.0.0- and the content's fingerprint.")
        ] = None,
        recipe: RecipeName = "laptop",
        workspace: WorkspaceOption = None,
        push_to: Annotated[str | None, typer.Option(help="Repository of data sets on the hub, owner/name.")] = None,
        dry_run: Annotated[bool, typer.Option(help="Say what a push would send, and send nothing.")] = True,
        private: Annotated[bool, typer.Option("--private/--public", help="For a repository that the push makes.")] = True,
    ) -> None:
        """Freeze the workspace's dataset in <workspace>/releases/<version>. A version that is there with other files is refused."""
        from asknews_ner.factory.releases import release as write

        with open_workspace(recipe, workspace) as ws:
            place, is_new = write(ws, ws.releases, version, list(_cell_runs(ws)), dt.datetime.now(dt.UTC))
            typer.echo(f"{'written' if is_new else 'there already, unchanged'}: {place}")
            if push_to is not None:
                _push(place, push_to, private, dry_run)

    @app.command()
    def diff(
        before: Annotated[Path, typer.Argument(help="Folder of a release or dataset, or a file in the paper's JSON form.")],
        after: Annotated[Path, typer.Argument(help="The other one.")],
        as_json: Annotated[bool, typer.Option("--json", help="All changed examples, as JSON.")] = False,
    ) -> None:
        """Examples added, removed, relabelled, with other words, or moved to another split.

        Ends with 0 if there is no difference, 1 if there is one, 2 if the two cannot be compared."""
        from asknews_ner.dataset.release.diff import compare, read_published

        with clear_errors():
            found = compare(read_published(before), read_published(after))
        for line in [diff_json(found)] if as_json else diff_lines(found):
            typer.echo(line)
        if found.changed:
            raise typer.Exit(_DIFFER)

    @app.command()
    def lineage(
        release: Annotated[Path, typer.Argument(help="Folder of a release.")],
        article_id: Annotated[str, typer.Argument(help="Id of one of its articles.")],
    ) -> None:
        """The way of one example: from its spans to annotators, prompts, replies and runs, and to its article."""
        from asknews_ner.dataset.release.way import way_lines, way_of

        with clear_errors():
            found = way_of(release, article_id)
        for line in way_lines(found):
            typer.echo(line)


def _cell_runs(ws: "Workspace") -> Iterator["CellRun"]:
    """Of the Dagster instance that `run` uses, where there is one."""
    home = Path(os.environ.get("DAGSTER_HOME") or ws.root.parent / "dagster")
    if home.is_dir():
        from asknews_ner.factory.releases import LINEAGE_STAGES, WHOLE_STAGES, released_cells
        from asknews_ner.orchestration.cell_runs import cell_runs
        from asknews_ner.terminal.instance import open_instance

        with open_instance(ws.root.parent) as instance:
            yield from cell_runs(instance, LINEAGE_STAGES, released_cells(ws), WHOLE_STAGES)


def _push(place: Path, repository: str, private: bool, dry_run: bool) -> None:
    from httpx import HTTPError  # the hub's own errors are kinds of it
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HFValidationError, OfflineModeIsEnabled

    from asknews_ner.dataset.release.errors import ReleaseError
    from asknews_ner.terminal.hub import plan_lines, push

    api = HfApi()
    if dry_run:
        for line in plan_lines(place, repository, private, api.endpoint):
            typer.echo(line)
        return
    try:
        typer.echo(f"pushed: {push(place, repository, private, api)}")
    except (HTTPError, HFValidationError, OfflineModeIsEnabled) as error:
        said = " ".join(str(error).split())
        raise ReleaseError(
            f"the hub at {api.endpoint} did not take the release ({type(error).__name__}: {said}); HF_TOKEN must hold a token that may "
            f"write to {repository}"
        ) from error


def diff_lines(found: "Difference") -> Iterator[str]:
    """Counts by change, language and type."""
    from asknews_ner.dataset.release.diff import Change

    for change, count in found.counts().items():
        yield f"{change.name.lower():<14} {count:>7}   {change.value}"
    yield f"{'unchanged':<14} {found.unchanged:>7}"
    if found.changed:
        yield ""
        yield f"{'language':<14} " + " ".join(f"{change.name.lower():>13}" for change in Change)
        for language, counts in found.by_language().items():
            yield f"{language:<14} " + " ".join(f"{count:>13}" for count in counts.values())
    if types := found.by_type():
        yield ""
        yield f"{'relabelled':<24} {'spans added':>13} {'removed':>13}"
        for name, (added, removed) in types.items():
            yield f"{name:<24} {added:>13} {removed:>13}"


def diff_json(found: "Difference") -> str:
    """Everything, for programs."""
    value = {
        "counts": {change.name.lower(): count for change, count in found.counts().items()} | {"unchanged": found.unchanged},
        "by_language": {
            name: {change.name.lower(): count for change, count in counts.items()} for name, counts in found.by_language().items()
        },
        "by_type": {name: {"added": added, "removed": removed} for name, (added, removed) in found.by_type().items()},
        "examples": [
            {
                "article_id": row.article_id,
                "language": row.language,
                "changes": [change.name.lower() for change in row.changes],
                "split_before": row.split_before,
                "split_after": row.split_after,
                "spans_added": row.spans_added,
                "spans_removed": row.spans_removed,
            }
            for row in found.changed
        ],
    }
    return json.dumps(value, ensure_ascii=False, indent=1)
