"""Checkpoints of a training in flight, in the object store: if this machine goes, another one takes the training up from the last one.

The training program knows no object store. Whoever starts it brings the checkpoints before it begins, and sends new ones while it runs."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from asknews_ner.factory.published import name_of
from asknews_ner.factory.workspace import Workspace
from asknews_ner.storage.atomic import link_or_copy, scratch_folder
from asknews_ner.storage.objects import ObjectStoreError
from asknews_ner.storage.published import PublishedFolders
from asknews_ner.train.job import BaseJob, TuneJob
from asknews_ner.train.loop.checkpoints import Checkpoints, checkpoint_folder

_STEP = "step"
_EVERY_SECONDS = 5.0
"""How often the folder is looked into. Training makes a checkpoint every few minutes at most."""

Log = logging.Logger | logging.LoggerAdapter  # type: ignore[type-arg]


@contextmanager
def resumable_elsewhere(ws: Workspace, job: BaseJob | TuneJob, log: Log) -> Iterator[None]:
    """For the time of the training: its checkpoints are brought here if another machine got further, and each new one is sent.

    Does nothing where there is no object store. A checkpoint that cannot be sent is a warning: the training goes on, and the next one is
    tried. Raises ObjectStoreError where those that are there cannot be brought."""
    if ws.published is None:
        yield
        return
    sender = _Sender(ws.published, _name(ws, job), checkpoint_folder(Path(job.output), job.stamp), log)
    sender.bring()
    ended = Event()
    thread = Thread(target=sender.send_until, args=(ended,), name="checkpoints", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def forget_checkpoints(ws: Workspace, job: BaseJob | TuneJob) -> int:
    """Remove the checkpoints of all jobs for this model from the object store: it is made. Returns the number of objects."""
    return ws.published.withdraw(_place(ws, job)) if ws.published else 0


def _place(ws: Workspace, job: BaseJob | TuneJob) -> str:
    return f"checkpoints/{name_of(ws, Path(job.output))}"


def _name(ws: Workspace, job: BaseJob | TuneJob) -> str:
    return f"{_place(ws, job)}/{job.stamp[:16]}"


class _Sender:
    """Sends what a training program leaves in its folder."""

    def __init__(self, published: PublishedFolders, name: str, folder: Path, log: Log) -> None:
        self._published = published
        self._name = name
        self._folder = folder
        self._log = log
        self._sent = 0

    def bring(self) -> None:
        """Fetch the checkpoints if they are further than those here."""
        found = self._published.manifest(self._name)
        self._sent = int(found.stamps[_STEP]) if found else 0
        if self._sent > Checkpoints(self._folder).latest_step():
            self._published.fetch(self._name, self._folder)
            self._log.info(f"the training goes on from step {self._sent}, which another machine has reached")

    def send_until(self, ended: Event) -> None:
        """Send each new checkpoint until the training has ended, and then what it left."""
        while not ended.wait(_EVERY_SECONDS):
            self._send_if_new()
        self._send_if_new()

    def _send_if_new(self) -> None:
        checkpoints = Checkpoints(self._folder)
        step = checkpoints.latest_step()
        if step <= self._sent:
            return
        with scratch_folder(self._folder.with_name(f".sending-{self._folder.name}")) as still:
            try:
                _hold_still(checkpoints.folders(), still)
            except FileNotFoundError:
                return  # the program has made a newer one and is removing this one; the next look finds it
            if checkpoints.latest_step() != step:
                return  # the same: of this one, files may have been missing already
            try:
                sent = self._published.publish(self._name, still, {_STEP: str(step)})
            except (ObjectStoreError, OSError) as error:
                self._log.warning(f"the checkpoint of step {step} was not sent, so that only this machine can go on from it: {error}")
                return
        self._sent = step
        self._log.info(f"checkpoint of step {step} is at {self._published.address(self._name)} ({sent.bytes / 1e6:.1f} MB)")


def _hold_still(folders: list[Path], to: Path) -> None:
    """The same files under other names, which the program does not remove. Each folder is put in place as a whole and never written to."""
    for folder in folders:
        for file in folder.rglob("*"):
            if file.is_file():
                here = to / folder.name / file.relative_to(folder)
                here.parent.mkdir(parents=True, exist_ok=True)
                link_or_copy(file, here)
