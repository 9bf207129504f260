"""The terminal: `asknews-ner run`, `ui`, `backfill`, `predict`, `recipes`, `search`, `review`, `release`, `diff`, `takedown` and others."""

import errno
import os
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from asknews_ner.terminal.acquire import add_acquire_command
from asknews_ner.terminal.backfill import add_backfill_command
from asknews_ner.terminal.low_resource import low_resource_app
from asknews_ner.terminal.options import AT_ONCE, WORKSPACE_ADVICE, Articles, LlmModel, LlmUrl, RecipeName, Serve, WorkspaceOption
from asknews_ner.terminal.predict import add_predict_commands
from asknews_ner.terminal.publishers import publishers_app
from asknews_ner.terminal.releases import add_release_commands
from asknews_ner.terminal.report import report_app
from asknews_ner.terminal.review import review_app
from asknews_ner.terminal.stored_replies import replies_app
from asknews_ner.terminal.takedown import takedown_app
from asknews_ner.terminal.ui import add_ui_command
from asknews_ner.terminal.vector_index import add_commands

if TYPE_CHECKING:
    from asknews_ner.factory.workspace import Workspace
    from asknews_ner.storage.replies import ReplyStore
    from asknews_ner.terminal.runner import Runner

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="News articles in, a scored named-entity dataset and model out.",
    pretty_exceptions_enable=False,
)

_CANNOT = 2


@contextmanager
def _clear_errors() -> Iterator[None]:
    """Known faults end with one line and exit code 2; anything else is a bug and shows where."""
    from dagster._core.errors import DagsterAssetCheckFailedError  # the package does not export it
    from dagster_pipes import DagsterPipesError
    from pydantic import ValidationError
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    from asknews_ner.acquire.deny import DenyListError
    from asknews_ner.acquire.extract.workers import ExtractorError
    from asknews_ner.acquire.fetch.settings import FetchSettingError
    from asknews_ner.acquire.files import SourceError
    from asknews_ner.acquire.publishers.registry import PublisherError
    from asknews_ner.annotate.annotator import AnnotatorError
    from asknews_ner.batches.mapper import BatchError
    from asknews_ner.dataset.release.errors import ReleaseError
    from asknews_ner.dataset.review.files import ReviewFileError
    from asknews_ner.diversify.index.errors import VectorIndexError
    from asknews_ner.evaluate.benchmarks.benchmark import BenchmarkError
    from asknews_ner.evaluate.inference.errors import InferenceError
    from asknews_ner.factory.reports.experiment import ExperimentError
    from asknews_ner.low_resource.errors import HumanDataError
    from asknews_ner.low_resource.study.released import ReleasedScoresError
    from asknews_ner.orchestration.partition_names import PartitionNameError
    from asknews_ner.orchestration.settings import SettingError
    from asknews_ner.orchestration.training_places import PlaceError
    from asknews_ner.recipe import RecipeError
    from asknews_ner.storage.folders import FolderError
    from asknews_ner.storage.objects import ObjectStoreError
    from asknews_ner.terminal.instance import InstanceError
    from asknews_ner.terminal.ui import PortError

    known = (
        SourceError, FetchSettingError, ExtractorError, DenyListError, PublisherError, ReviewFileError, ReleaseError, SettingError,
        RecipeError, ValidationError, AnnotatorError, VectorIndexError, ObjectStoreError, DagsterPipesError, InferenceError,
        PlaceError, PartitionNameError, FolderError, InstanceError, PortError, HumanDataError, ReleasedScoresError,
        BenchmarkError, ExperimentError, BatchError,
    )  # fmt: skip
    try:
        yield
    except known as error:
        raise _stop(str(error)) from error
    except DagsterAssetCheckFailedError as error:
        checks = ", ".join(str(error).splitlines()[1:])
        raise _stop(
            f"a blocking check failed ({checks}), so that nothing after it was made: what it found and what to do stands above; what was "
            "finished before is kept, run again"
        ) from error
    except (ArgumentError, NoSuchModuleError) as error:
        # The address is not shown: it may hold a password.
        raise _stop(
            f"ASKNEWS_NER_REPLIES_URL is not an address of a database that can be used ({type(error).__name__}); it looks like "
            "sqlite:////folder/replies.sqlite or postgresql+psycopg2://user@host/name (with the extra `postgres`)"
        ) from error
    except _faults_of_databases() as error:
        first = error.__cause__ or error  # Dagster's own says only that it tried several times
        reason = " ".join(str(getattr(first, "orig", first)).split())
        raise _stop(
            f"a database refuses to work ({reason}): most often the disk is full, or the database's server is gone (that of the replies "
            "is named in ASKNEWS_NER_REPLIES_URL, Dagster's in dagster.yaml); what was finished before is kept, run again"
        ) from error
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT):
            raise
        place = f" at {error.filename}" if error.filename else ""
        raise _stop(
            f"{os.strerror(error.errno)}{place}: free space or permissions are missing; what was finished before is kept, run again"
        ) from error


def _faults_of_databases() -> tuple[type[Exception], ...]:
    from sqlalchemy.exc import OperationalError

    try:
        from dagster_postgres.utils import DagsterPostgresException
    except ImportError:  # without the extra `postgres`
        return (OperationalError,)
    return (OperationalError, DagsterPostgresException)


def _stop(message: str) -> typer.Exit:
    typer.echo(f"error: {message}", err=True)
    return typer.Exit(_CANNOT)


@app.command()
def run(
    articles: Articles = None,
    recipe: RecipeName = "laptop",
    workspace: WorkspaceOption = None,
    llm_url: LlmUrl = None,
    llm_model: LlmModel = None,
    serve: Serve = None,
) -> None:
    """Run the whole graph: articles → dataset → model → scores → report. Running it again computes only what has changed."""
    warnings.filterwarnings("ignore")
    with _clear_errors():
        _run(recipe, _given(articles, workspace, llm_url, llm_model, serve))


@app.command()
def estimate(
    articles: Articles = None,
    recipe: RecipeName = "laptop",
    workspace: WorkspaceOption = None,
    llm_url: LlmUrl = None,
    llm_model: LlmModel = None,
    serve: Serve = None,
) -> None:
    """What a run would cost before it is spent: requests, tokens, money and time by task. Runs the stages that ask nobody."""
    warnings.filterwarnings("ignore")
    with _clear_errors():
        with _runner(recipe, _given(articles, workspace, llm_url, llm_model, serve)) as runner:
            runner.prepare()
        from asknews_ner.factory.estimates import estimates
        from asknews_ner.terminal.summary import estimate_lines

        for line in estimate_lines(estimates(runner.ws), runner.ws.budget):
            typer.echo(line)


def _given(articles: str | None, workspace: Path | None, llm_url: str | None, llm_model: str | None, serve: str | None) -> dict[str, str]:
    """The options that were given, as the environment variables that they stand for."""
    options = {"ARTICLES": articles, "WORKSPACE": workspace, "LLM_URL": llm_url, "LLM_MODEL": llm_model, "SERVE_MODEL": serve}
    return {f"ASKNEWS_NER_{name}": str(value) for name, value in options.items() if value is not None}


@contextmanager
def _runner(recipe: str, given: dict[str, str]) -> Iterator["Runner"]:
    """A runner over what was given; everything that can be wrong with that is found before the first stage writes anything."""
    from asknews_ner.annotate.choose import check_annotators
    from asknews_ner.factory.drop_folder import article_files, article_place
    from asknews_ner.orchestration.resources import WorkspaceResource, build_resources
    from asknews_ner.orchestration.settings import from_environment
    from asknews_ner.orchestration.workspace_use import alone
    from asknews_ner.storage.folders import make_writable
    from asknews_ner.terminal.instance import clear_dead_runs, open_instance
    from asknews_ner.terminal.runner import Runner

    resources = build_resources(from_environment({"ASKNEWS_NER_RECIPE": recipe, **AT_ONCE, **given}))
    opener = resources["workspace"]
    assert isinstance(opener, WorkspaceResource)
    ws = opener.open()
    files = article_files(ws)  # before a server of our own is started, which takes minutes
    check_annotators(ws.recipe, ws.endpoints, ("summarise", "label", "name_topics"), ws.budget)
    make_writable(ws.root, "the workspace", WORKSPACE_ADVICE)
    ws.replies.check()
    _say(f"recipe {ws.recipe.name} ({ws.recipe.fingerprint()[:12]}), {len(files)} files at {article_place(ws)}, workspace {ws.root}")
    # A second command for the same workspace waits here, and then finds made what the first one made.
    with alone(ws.root, _say), open_instance(ws.root.parent) as instance:
        clear_dead_runs(instance)
        yield Runner(ws, resources, instance, say=_say, bar=_bar)


def _run(recipe: str, given: dict[str, str]) -> None:
    import time

    from rich.console import Console

    from asknews_ner.terminal.summary import final_table, warnings_of, write_provenance

    started = time.monotonic()
    with _runner(recipe, given) as runner:
        result, ws = runner.run(), runner.ws
    console = Console(highlight=False, soft_wrap=True)
    write_provenance(ws, result)
    console.print()
    console.print(final_table(ws, result))
    computed = sum(tally.computed for tally in result.tallies.values())
    from_memo = sum(tally.from_memo for tally in result.tallies.values())
    console.print(f"\n{computed} rows computed, {from_memo} from the memo, {time.monotonic() - started:.0f} s")
    for warning in warnings_of(ws, result):
        console.print(f"[bold]note:[/bold] {warning}")
    tuned = "".join(f"\nmodel    {ws.models / size / 'tuned'}" for size in ws.recipe.sizes)
    console.print(f"\ndataset  {ws.dataset}{tuned}\nreport   {ws.report / 'index.html'}")
    if result.ledger.faults:
        raise typer.Exit(1)
    if result.withheld:
        raise _stop(
            f"the forgetting gate withholds the model card ({'; '.join(result.withheld)}); the scores stand in the report: tune with "
            "lower rates or fewer epochs, or state in evaluate.gate.max_fall that such a fall is accepted"
        )


def _say(line: str) -> None:
    """A line at once, also into a file: a stage's line is news when the stage ends."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _bar(items: Sequence[str], what: str) -> Iterable[str]:
    from tqdm import tqdm

    return cast(Iterable[str], tqdm(items, desc=what, unit="country", leave=False, disable=os.environ.get("ASKNEWS_NER_BARS", "1") == "0"))


@app.command()
def recipes() -> None:
    """List the shipped recipes."""
    from asknews_ner.recipe import load_recipe, shipped_recipes

    for name in shipped_recipes():
        typer.echo(f"{name:<16} {load_recipe(name).description}")


@contextmanager
def _workspace(recipe: str, workspace: Path | None) -> Iterator["Workspace"]:
    from asknews_ner.orchestration.resources import WorkspaceResource, build_resources
    from asknews_ner.orchestration.settings import from_environment

    given = {"ASKNEWS_NER_RECIPE": recipe, **AT_ONCE, **({"ASKNEWS_NER_WORKSPACE": str(workspace)} if workspace is not None else {})}
    with _clear_errors():
        opener = build_resources(from_environment(given))["workspace"]
        assert isinstance(opener, WorkspaceResource)
        yield opener.open()


@contextmanager
def _replies() -> Iterator["ReplyStore"]:
    with _workspace(os.environ.get("ASKNEWS_NER_RECIPE", "laptop"), None) as ws:
        yield ws.replies


add_ui_command(app, _clear_errors)
add_backfill_command(app, _runner, _clear_errors, _given)
add_commands(app, _workspace)
add_release_commands(app, _workspace, _clear_errors)
add_predict_commands(app, _workspace, _clear_errors)
add_acquire_command(app, _clear_errors)
app.add_typer(replies_app(_replies), name="replies")
app.add_typer(takedown_app(_workspace), name="takedown")
app.add_typer(publishers_app(_clear_errors), name="publishers")
app.add_typer(review_app(_workspace), name="review")
app.add_typer(low_resource_app(_workspace), name="low-resource")
app.add_typer(report_app(_workspace), name="report")


def main() -> None:
    """Entry point of the console script."""
    sys.exit(app())
