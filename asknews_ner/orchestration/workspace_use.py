"""Who may work on a workspace at the same time: a command of the terminal alone, runs of the web UI together.

Runs of the web UI have one recipe and one drop folder, and their tables have locks of their own (`Workspace.held`). Commands may be given
other articles or another recipe for the same workspace: half of the tables made of one and half of the other would be nobody's dataset."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from asknews_ner.storage.locks import Say, locked

_OURS: set[Path] = set()
"""Workspaces that this process has alone: its own runs need no further leave."""


@contextmanager
def alone(root: Path, say: Say) -> Iterator[None]:
    """Have a workspace for this process alone; waits for commands and runs of others. Once in a process."""
    with locked(_lock(root), say, "another command or run works on this workspace"):
        _OURS.add(root)
        try:
            yield
        finally:
            _OURS.discard(root)


@contextmanager
def together(root: Path, say: Say) -> Iterator[None]:
    """Work on a workspace beside other runs; waits for a command that has it alone, unless it is this process's own."""
    if root in _OURS:
        yield
        return
    with locked(_lock(root), say, "a command of the terminal works on this workspace", shared=True):
        yield


def _lock(root: Path) -> Path:
    return root / "locks" / "workspace.lock"
