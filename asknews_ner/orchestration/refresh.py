"""A refresh: one going-through of all phases, from new files to the dataset, with nobody at the keyboard.

It is started by a run that bears its tags (of a sensor or of a schedule) and carried on by one sensor, which asks the tables what is
due and the runs what was asked for. Nothing else decides: whatever is killed, the next tick goes on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import dagster as dg

from asknews_ner.factory.phases import PUBLISH, REPORT, TO_DATASET, TO_MODELS, CountryPhase, Phase, SizePhase
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.partitions import country_tags
from asknews_ner.orchestration.pod_sizes import sized
from asknews_ner.orchestration.training_places import RUN_LIMIT

KIND_TAG, KEY_TAG, UNTIL_TAG, PHASE_TAG, UNIT_TAG = "ner/kind", "ner/refresh", "ner/until", "ner/phase", "ner/unit"
PUBLISH_TAG = "ner/publish"
KIND = "refresh"
COUNTRIES_PER_TICK = 40  # a request costs up to a second to submit; the next tick goes on with the rest
_MOST_ASKED = 3  # times that one phase is asked for in one refresh: articles that come in meanwhile make it due again
_ENDED = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
_UNDER_WAY = [status for status in dg.DagsterRunStatus if status not in _ENDED]
START = "start"
_LAST_STARTS = 20  # to look for one that is no repetition; a run is repeated a few times at most

Until = Literal["dataset", "models"]


@dataclass(frozen=True)
class Refresh:
    """`key`: what started it, such as `night 2026-11-21`; runs of one key belong together. `until`: how far it goes. `publishes`: whether
    it ends with a release of what changed, if all blocking checks pass."""

    key: str
    until: Until
    publishes: bool = False

    def tags(self, phase: str) -> dict[str, str]:
        """Tags of its runs, which also make the list of runs readable."""
        return {
            KIND_TAG: KIND,
            KEY_TAG: self.key,
            UNTIL_TAG: self.until,
            PHASE_TAG: phase,
            **({PUBLISH_TAG: "yes"} if self.publishes else {}),
        }

    def start(self, assets: Sequence[str] = ("arrivals",)) -> dg.RunRequest:
        """The run that begins it."""
        tags = {**self.tags(START), **sized(assets)}
        return dg.RunRequest(run_key=self.key, tags=tags, asset_selection=[dg.AssetKey(name) for name in assets])


@dataclass(frozen=True)
class Next:
    """What a refresh needs now: runs, or only a word on where it stands. `by_size`: the runs are of models. `is_done`: nothing is due."""

    requests: list[dg.RunRequest]
    note: str
    by_size: bool = False
    is_done: bool = False


def newest(instance: dg.DagsterInstance) -> tuple[Refresh, list[dg.DagsterRun]] | None:
    """The refresh that was started last, with its runs, the newest first, and with the runs of earlier ones that have not ended; None if
    there never was one. A run that Dagster repeats because its process died is no start of its own."""
    starts = instance.get_runs(dg.RunsFilter(tags={KIND_TAG: KIND, PHASE_TAG: START}), limit=_LAST_STARTS)
    first = next((run for run in starts if run.parent_run_id is None), None)
    if first is None:
        return None
    key = first.tags[KEY_TAG]
    until: Until = "models" if first.tags.get(UNTIL_TAG) == "models" else "dataset"
    under_way = instance.get_runs(dg.RunsFilter(tags={KIND_TAG: KIND}, statuses=_UNDER_WAY))
    return Refresh(key, until, PUBLISH_TAG in first.tags), [
        *instance.get_runs(dg.RunsFilter(tags={KEY_TAG: key})),
        *(run for run in under_way if run.tags[KEY_TAG] != key),
    ]


def next_step(ws: Workspace, refresh: Refresh, runs: Sequence[dg.DagsterRun]) -> Next:
    """What to run now. Waits for runs that have not ended, also those of an earlier refresh, and for those that Dagster will repeat. A
    country whose run failed is left out until the next refresh, so that the others go on (the dataset waits for it: its counts do not add
    up); a phase over all articles that failed ends the refresh, since what follows would be made of old tables."""
    waiting = [run for run in runs if run.status not in _ENDED]
    if waiting:
        return Next([], f"{refresh.key}: {len(waiting)} runs of {waiting[-1].tags.get(PHASE_TAG, '')} have not ended")
    repeated = [run for run in runs if run.is_complete_and_waiting_to_retry]
    if repeated:
        return Next([], f"{refresh.key}: {len(repeated)} runs whose process died are about to be repeated")
    to_models = TO_MODELS if refresh.until == "models" else ()
    for phase in (*TO_DATASET, *to_models, REPORT, *((PUBLISH,) if refresh.publishes else ())):
        due = phase.due(ws)
        own = [run for run in runs if run.tags.get(PHASE_TAG) == phase.name]
        if blocked := blocked_run(phase, due, own):
            return Next([], f"{refresh.key} ended at {phase.name}: a blocking check failed; see the run {blocked.run_id}")
        if not due:
            continue
        if isinstance(phase, CountryPhase | SizePhase):
            asked = [unit for unit in due if _may_ask([run for run in own if run.tags.get(UNIT_TAG) == unit])]
            if asked:
                requests = [_request(refresh, phase, own, unit) for unit in asked[:COUNTRIES_PER_TICK]]
                return Next(requests, f"{refresh.key}: {phase.name} of {', '.join(asked)}", isinstance(phase, SizePhase))
        elif _may_ask(own):
            return Next([_request(refresh, phase, own)], f"{refresh.key}: {phase.name} ({', '.join(due)})")
        else:
            return Next([], f"{refresh.key} ended at {phase.name}: {', '.join(due)} not up to date; see its last run, {own[0].run_id}")
    return Next([], f"{refresh.key} is done", is_done=True)


def blocked_run(phase: Phase, due: Sequence[str], own: Sequence[dg.DagsterRun]) -> dg.DagsterRun | None:
    """A run that failed although its tables are up to date: it made them, and a check then said that nothing may be made of them."""
    if isinstance(phase, SizePhase):
        return None  # a size that does not pass has no card, and holds up nothing else
    last = {run.tags.get(UNIT_TAG, ""): run for run in reversed(own)}
    failed = [run for unit, run in last.items() if run.status == dg.DagsterRunStatus.FAILURE and (unit not in due if unit else not due)]
    return failed[0] if failed else None


def _may_ask(own: Sequence[dg.DagsterRun]) -> bool:
    succeeded = sum(run.status == dg.DagsterRunStatus.SUCCESS for run in own)
    return not own or (own[0].status == dg.DagsterRunStatus.SUCCESS and succeeded < _MOST_ASKED)


def _request(refresh: Refresh, phase: Phase, own: Iterable[dg.DagsterRun], unit: str = "") -> dg.RunRequest:
    """All assets of the phase, of one country or size: those that are up to date cost nothing, and a blocking check is heard only where
    its asset is made."""
    count = sum(1 for run in own if run.tags.get(UNIT_TAG, "") == unit)
    return dg.RunRequest(
        run_key=":".join([refresh.key, phase.name, unit, str(count)]),
        tags={
            **refresh.tags(phase.name),
            **({UNIT_TAG: unit} if unit else {}),
            **(country_tags(unit) if isinstance(phase, CountryPhase) else {}),
            **(RUN_LIMIT if isinstance(phase, SizePhase) else {}),
            **sized(phase.assets),
        },
        partition_key=unit if isinstance(phase, SizePhase) else None,
        asset_selection=[dg.AssetKey(name) for name in phase.assets],
    )
