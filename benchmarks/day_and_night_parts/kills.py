"""SIGKILLs in the middle of the first step, and what must be the same afterwards."""

import json
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from asknews_ner.storage.replies import ReplyStore
from asknews_ner_tests.integration.dagster_processes import dagster
from asknews_ner_tests.integration.played_model import script
from asknews_ner_tests.integration.scripted_llm import Scripted, scripted
from day_and_night_parts.figures import table
from day_and_night_parts.state import differing, digests
from day_and_night_parts.story import Story, environment

KINDS = ("webserver", "daemon", "code-server", "code-server-and-runs", "worker")
"""`code-server-and-runs`: the server and all that it started at once, as when its container or its machine stops."""

_LLM_SECONDS = 0.2  # so that a run is long enough to be killed in its middle
_SETTLED = 0.5  # seconds after a kill, in which what was sent still reaches the server


_HEADER = ("killed", "replies stored", "asked and not stored", "seconds until it was up again")


@dataclass(frozen=True)
class Kill:
    """What was killed, and how things stood. `in_flight`: requests that had reached the model and whose replies were not stored."""

    kind: str
    stored: int
    in_flight: int
    back: float


@dataclass
class Killer:
    """Called at every look; kills the next of `kinds` as soon as the model has answered its share of `requests` and a run is at work."""

    kinds: Sequence[str]
    requests: int
    story: Story
    done: list[Kill] = field(default_factory=list)

    def __call__(self) -> None:
        place, server, instance = len(self.done), self.story.server, self.story.instance
        if place == len(self.kinds) or len(server.seen) < self.requests * (place + 1) / (len(self.kinds) + 1):
            return
        workers = list(instance.workers().values())
        if not workers:
            return
        kind, moment = self.kinds[place], time.time()
        if kind == "worker":
            os.kill(workers[0], signal.SIGKILL)
        elif kind == "code-server-and-runs":
            for pid in instance.session_of("code-server"):
                os.kill(pid, signal.SIGKILL)
            instance.kill("code-server")
        else:
            instance.kill(kind)
        time.sleep(_SETTLED)
        stored = sum(held.replies for held in ReplyStore(f"sqlite:///{self.story.workspace.parent / 'replies.sqlite'}").held())
        in_flight = distinct(server) - stored
        if kind != "worker":
            instance.start("code-server" if kind == "code-server-and-runs" else kind)
            instance.wait_for_web()
        self.done.append(Kill(kind, stored, in_flight, time.time() - moment))


def kill_lines(work: Path, countries: tuple[str, ...], articles: int, kinds: Sequence[str]) -> tuple[list[str], list[str]]:
    """One undisturbed first step, and one with all the kills; (lines, faults)."""
    undisturbed, _ = _told(work / "undisturbed", countries, articles, [])
    told, killer = _told(work / "killed", countries, articles, kinds)
    (whole,), (step,) = undisturbed.steps, told.steps
    differ = differing(digests(undisturbed.workspace), digests(told.workspace))
    repeats = len(told.server.seen) - distinct(told.server)
    in_flight = sum(kill.in_flight for kill in killer.done)
    step.expect("killed", [kill.kind for kill in killer.done], list(kinds))
    step.expect("files that differ", differ, [])
    step.expect("different questions", distinct(told.server), distinct(undisturbed.server))
    step.expect("replies asked for again that were stored", max(0, repeats - in_flight), 0)
    lines = ["| " + " | ".join(_HEADER) + " |", "| --- |" + " ---: |" * (len(_HEADER) - 1)]
    lines += [f"| {kill.kind} | {kill.stored} | {kill.in_flight} | {kill.back:.0f} |" for kill in killer.done]
    again = sum("dagster/parent_run_id" in run.tags for run in step.figures.runs)
    lines += [
        "",
        f"{len(digests(told.workspace))} files, {len(differ)} differ from undisturbed ones; {len(told.server.seen)} requests, {repeats} "
        f"asked twice of {in_flight} in flight at the kills; {len(step.figures.runs)} runs, {again} of them repetitions; "
        f"{step.figures.wall:.0f} s against {whole.figures.wall:.0f} s undisturbed",
    ]
    step.name += f", {len(kinds)} kills"
    return [*table([whole, step]), "", *lines], [*whole.faults, *step.faults]


def _told(folder: Path, countries: tuple[str, ...], articles: int, kinds: Sequence[str]) -> tuple[Story, Killer]:
    """The first step in a folder of its own, with the kills spread over its summaries."""
    with scripted(script(_LLM_SECONDS)) as server, dagster(folder, environment(folder, server)) as instance:
        told = Story(instance, server)
        killer = Killer(kinds, articles, told)
        told.first_articles(countries, articles, beside=killer)
        return told, killer


def distinct(server: Scripted) -> int:
    """Different requests that the model has seen."""
    return len({json.dumps(body, sort_keys=True) for body in server.seen})
