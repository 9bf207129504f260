"""SIGKILL of one process in the middle of the first step, and what must be the same afterwards."""

import json
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from asknews_ner.storage.replies import ReplyStore
from asknews_ner_tests.integration.dagster_processes import dagster
from asknews_ner_tests.integration.played_model import script
from asknews_ner_tests.integration.scripted_llm import Scripted, scripted
from day_and_night_parts.articles import open_stream
from day_and_night_parts.figures import table
from day_and_night_parts.state import differing, digests
from day_and_night_parts.story import CONCURRENCY, Story, environment

KINDS = ("webserver", "daemon", "code-server", "code-server-and-runs", "worker")
"""`code-server-and-runs`: the server and all that it started at once, as when its container or its machine stops."""

_LLM_SECONDS = 0.2  # so that a run is long enough to be killed in its middle
_SETTLED = 0.5  # seconds after a kill, in which what was sent still reaches the server


_HEADER = ("killed", "files that differ", "tables with a row twice", "runs", "of these repetitions", "LLM requests", "asked twice",
           "in flight at the kill", "seconds from the kill to the end")  # fmt: skip


class Killer:
    """Called at every look; kills once, when the model has answered `after` requests and a run is at work."""

    def __init__(self, kind: str, after: int, story: Story) -> None:
        self.kind, self.after, self.story = kind, after, story
        self.store = ReplyStore(f"sqlite:///{story.workspace.parent / 'replies.sqlite'}")
        self.in_flight = 0
        self.killed_at: float | None = None

    def __call__(self) -> None:
        server, instance = self.story.server, self.story.instance
        if self.killed_at is not None or len(server.seen) < self.after:
            return
        workers = list(instance.workers().values())
        if not workers:
            return
        self.killed_at = time.time()
        if self.kind == "worker":
            os.kill(workers[0], signal.SIGKILL)
        elif self.kind == "code-server-and-runs":
            for pid in instance.session_of("code-server"):
                os.kill(pid, signal.SIGKILL)
            instance.kill("code-server")
        else:
            instance.kill(self.kind)
        time.sleep(_SETTLED)
        self.in_flight = len(server.seen) - sum(held.replies for held in self.store.held())
        if self.kind != "worker":
            instance.start("code-server" if self.kind == "code-server-and-runs" else self.kind)
            instance.wait_for_web()


def kill_lines(work: Path, countries: tuple[str, ...], articles: int, kinds: Sequence[str]) -> tuple[list[str], list[str]]:
    """One undisturbed first step, and one for each kill; (lines, faults)."""
    undisturbed, _ = _told(work / "undisturbed", countries, articles, "")
    wanted, asked = digests(undisturbed.workspace), _distinct(undisturbed.server)
    lines = ["| " + " | ".join(_HEADER) + " |", "| --- |" + " ---: |" * (len(_HEADER) - 1)]
    faults = [fault for step in undisturbed.steps for fault in step.faults]
    for kind in kinds:
        told, killer = _told(work / kind, countries, articles, kind)
        (step,) = told.steps
        found = differing(wanted, digests(told.workspace))
        repeats = len(told.server.seen) - _distinct(told.server)
        again = sum("dagster/parent_run_id" in run.tags for run in step.figures.runs)
        ended = max(run.ended or 0.0 for run in step.figures.runs)
        assert killer is not None
        step.expect("killed", killer.killed_at is not None, True)
        step.expect("files that differ", found, [])
        step.expect("questions", _distinct(told.server), asked)
        step.expect("stored replies asked again", max(0, repeats - min(killer.in_flight, CONCURRENCY * 2)), 0)
        faults += step.faults
        columns = (
            kind,
            len(found),
            sum("stand twice" in fault for fault in step.faults),
            len(step.figures.runs),
            again,
            len(told.server.seen),
            repeats,
            killer.in_flight,
            f"{ended - (killer.killed_at or ended):.0f}",
        )
        lines.append("| " + " | ".join(map(str, columns)) + " |")
    return [*table(undisturbed.steps), "", *lines], faults


def _told(folder: Path, countries: tuple[str, ...], articles: int, kind: str) -> tuple[Story, Killer | None]:
    """The first step in a folder of its own; with a kill after a third of the summaries, unless `kind` is empty."""
    with scripted(script(_LLM_SECONDS)) as server, dagster(folder, environment(folder, server)) as instance:
        told = Story(instance, server, open_stream())
        killer = Killer(kind, articles // 3, told) if kind else None
        told.first_articles(countries, articles, beside=killer or (lambda: None))
        return told, killer


def _distinct(server: Scripted) -> int:
    return len({json.dumps(body, sort_keys=True) for body in server.seen})
