"""`asknews-ner replies`: look into the store of raw replies, and prune it."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:  # SQLAlchemy loads when a store is opened, not when help is shown
    from asknews_ner.storage.replies import ReplyStore

OpenStore = Callable[[], "AbstractContextManager[ReplyStore]"]


def replies_app(open_store: OpenStore) -> typer.Typer:
    """The sub-commands, over the store that `open_store` gives."""
    app = typer.Typer(no_args_is_help=True, help="The store of raw replies: what is there, what failed, and what to forget.")

    @app.command("list")
    def list_() -> None:
        """Replies, unfinished ones and tokens by task and annotator; then the last failures."""
        with open_store() as store:
            held, failures = store.held(), store.failures()
        typer.echo(
            f"{'task':<12} {'annotator':<40} {'replies':>8} {'unfinished':>10} {'prompt tokens':>14} {'cached':>12} {'answer tokens':>14}"
        )
        for row in held:
            counts = f"{row.replies:>8} {row.unfinished:>10} {row.prompt_tokens:>14} {row.cached_tokens:>12} {row.completion_tokens:>14}"
            typer.echo(f"{row.task:<12} {row.annotator:<40} {counts}")
        for task, annotator, error in failures:
            typer.echo(f"failed: {task}, {annotator}: {error}")

    @app.command()
    def show(key: Annotated[str, typer.Argument(help="Key of a reply, or its beginning.")], limit: int = 5) -> None:
        """Raw replies as they came, with who gave them and what they cost."""
        with open_store() as store:
            found = store.show(key, limit)
        for reply in found:
            typer.echo(f"{reply.key}  {reply.task}, attempt {reply.attempt}, {reply.finish}, {reply.annotator} {reply.served}")
            typer.echo(f"{reply.prompt_tokens} + {reply.completion_tokens} tokens, {reply.seconds} s\n{reply.text}\n")

    @app.command()
    def prune(
        task: Annotated[str | None, typer.Option(help="summarise, label, name_topics or generate.")] = None,
        annotator: Annotated[str | None, typer.Option(help="Name of the model, or `offline`.")] = None,
        days: Annotated[int | None, typer.Option(min=0, help="Stored more than so many days ago.")] = None,
        unfinished: Annotated[bool, typer.Option("--unfinished", help="Answers that did not finish.")] = False,
    ) -> None:
        """Forget replies that meet all conditions given. They would be asked, and paid, for again."""
        before = None if days is None else dt.datetime.now(dt.UTC).replace(tzinfo=None) - dt.timedelta(days=days)
        if task is None and annotator is None and before is None and not unfinished:
            typer.echo("error: say what to forget: --task, --annotator, --days or --unfinished", err=True)
            raise typer.Exit(2)
        with open_store() as store:
            typer.echo(f"{store.prune(task, annotator, before, unfinished)} replies forgotten")

    return app
