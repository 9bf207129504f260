"""`asknews-ner ui`: Dagster's web UI with its daemon, once it is sure that they can start."""

import os
import socket
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated

import typer

from asknews_ner.terminal.options import RecipeName, WorkspaceOption

ClearErrors = Callable[[], AbstractContextManager[None]]
_HOST = "127.0.0.1"  # the UI has no login of its own


class PortError(ValueError):
    """A port cannot be listened on; the message says which and what to do."""


def add_ui_command(app: typer.Typer, clear_errors: ClearErrors) -> None:
    """Put the verb into the app."""

    @app.command()
    def ui(
        port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the web UI on this machine.")] = 3000,
        recipe: RecipeName = "laptop",
        workspace: WorkspaceOption = None,
    ) -> None:
        """Open Dagster's web UI: materialise assets, backfill countries, switch on sensors and the nightly refresh. Ends with Ctrl-C."""
        with clear_errors():
            check_port(port)
            given = {"ASKNEWS_NER_RECIPE": recipe, **({"ASKNEWS_NER_WORKSPACE": str(workspace)} if workspace is not None else {})}
            os.environ.update(given)
            prepare(given)
        typer.echo(f"http://{_HOST}:{port} when it is up; Ctrl-C ends it")
        sys.stdout.flush()
        module = ["-m", "dagster", "dev", "--module-name", "asknews_ner.definitions", "--host", _HOST, "--port", str(port)]
        os.execv(sys.executable, [sys.executable, *module])  # noqa: S606 (this process becomes it: Ctrl-C and kills reach it)


def prepare(given: dict[str, str]) -> None:
    """Find now what would else end each of the UI's processes with a traceback: settings, folders, Dagster's own database."""
    from asknews_ner.orchestration.resources import WorkspaceResource, build_resources
    from asknews_ner.orchestration.settings import from_environment
    from asknews_ner.storage.folders import make_writable
    from asknews_ner.terminal.instance import open_instance
    from asknews_ner.terminal.options import WORKSPACE_ADVICE

    opener = build_resources(from_environment(given))["workspace"]
    assert isinstance(opener, WorkspaceResource)
    ws = opener.open()
    make_writable(ws.root, "the workspace", WORKSPACE_ADVICE)
    with open_instance(ws.root.parent):
        pass


def check_port(port: int) -> None:
    """Raises PortError if another program listens on the port."""
    with socket.socket() as asked:
        asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: a port that was just given back is free
        try:
            asked.bind((_HOST, port))
        except OSError as error:
            other = port + 1 if port < 65535 else port - 1
            raise PortError(
                f"port {port} of {_HOST} cannot be used ({error.strerror}): end the program that has it (another `asknews-ner ui`?), "
                f"or take another port: asknews-ner ui --port {other}"
            ) from error
