"""Dagster's web API as the pages use it: every question and every click of these tests and benchmarks goes through here."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LOCATION = "asknews_ner.definitions"
_REPOSITORY = {"repositoryLocationName": LOCATION, "repositoryName": "__repository__"}

_PARTITIONS = """query ($key: AssetKeyInput!) {
  assetNodeOrError(assetKey: $key) { ... on AssetNode { assetPartitionStatuses { ... on MultiPartitionStatuses {
    ranges { primaryDimStartKey primaryDimEndKey secondaryDim { ... on DefaultPartitionStatuses { materializedPartitions } } } } } } } }"""
_BACKFILL = """mutation ($backfill: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $backfill) { __typename ... on LaunchBackfillSuccess { backfillId }
  ... on PythonError { message } } }"""
_LAUNCH = """mutation ($execution: ExecutionParams!) {
  launchPipelineExecution(executionParams: $execution) { __typename ... on LaunchRunSuccess { run { runId } }
  ... on PythonError { message } } }"""
_BACKFILL_STATUS = "query ($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } } }"
_RUN = "query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
_RUNS = """query ($after: Float) { runsOrError(filter: {createdAfter: $after}, limit: 2000) {
  ... on Runs { results { runId status creationTime startTime endTime tags { key value } } } } }"""
_EVENTS = """query ($id: ID!, $cursor: String) { logsForRun(runId: $id, afterCursor: $cursor, limit: 1000) {
  ... on EventConnection { cursor hasMore events { __typename ... on MessageEvent { message }
    ... on MaterializationEvent { assetKey { path } partition metadataEntries { label ... on IntMetadataEntry { intValue } } } } } } }"""
_START_SENSOR = """mutation ($of: SensorSelector!) { startSensor(sensorSelector: $of) { __typename ... on Sensor { sensorState { id } }
  ... on PythonError { message } } }"""
_STOP_SENSOR = "mutation ($id: String!) { stopSensor(id: $id) { __typename ... on PythonError { message } } }"
_START_SCHEDULE = """mutation ($of: ScheduleSelector!) { startSchedule(scheduleSelector: $of) { __typename
  ... on ScheduleStateResult { scheduleState { id } } ... on PythonError { message } } }"""
_STOP_SCHEDULE = "mutation ($id: String!) { stopRunningSchedule(id: $id) { __typename ... on PythonError { message } } }"
_TICKS = """query ($of: SensorSelector!) { sensorOrError(sensorSelector: $of) { ... on Sensor { sensorState {
  ticks(limit: 1) { timestamp endTimestamp status skipReason error { message } } } } } }"""
_DRY_RUN = """mutation ($of: ScheduleSelector!, $at: Float) { scheduleDryRun(selectorData: $of, timestamp: $at) { __typename
  ... on DryRunInstigationTick { evaluationResult { error { message } runRequests { runKey tags { key value } } } }
  ... on PythonError { message } } }"""
_UP = "query { workspaceOrError { ... on Workspace { locationEntries { loadStatus locationOrLoadError { __typename } } } } }"


class WebError(RuntimeError):
    """The web API refused; the message says why."""


@dataclass(frozen=True)
class Run:
    """A run as the list of runs shows it."""

    run_id: str
    status: str
    created: float
    started: float | None
    ended: float | None
    tags: Mapping[str, str]

    @property
    def is_open(self) -> bool:
        return self.status not in ("SUCCESS", "FAILURE", "CANCELED")


@dataclass(frozen=True)
class Materialised:
    """One materialisation, with its whole numbers by label."""

    asset: str
    partition: str
    numbers: Mapping[str, int]


@dataclass(frozen=True)
class Tick:
    """The last look of a sensor: when (seconds since 1970), how it ended, and what it said."""

    at: float
    status: str
    word: str


class Web:
    """A webserver to ask."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"

    def ask(self, query: str, **variables: object) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.address}/graphql", data=body, headers={"content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                found = json.load(answer)
        except urllib.error.HTTPError as error:
            raise WebError(error.read().decode("utf-8", "replace")[:2000]) from error
        if "errors" in found:
            raise WebError(str(found["errors"])[:2000])
        data: dict[str, Any] = found["data"]
        return data

    def _click(self, query: str, wanted: str, **variables: object) -> dict[str, Any]:
        (answer,) = self.ask(query, **variables).values()
        if answer["__typename"] != wanted:
            raise WebError(str(answer)[:2000])
        found: dict[str, Any] = answer
        return found

    def is_up(self) -> bool:
        """Whether it answers and has loaded the code."""
        try:
            with urllib.request.urlopen(f"{self.address}/server_info", timeout=5):
                entries = self.ask(_UP)["workspaceOrError"]["locationEntries"]
        except (OSError, WebError):
            return False
        return bool(entries) and all((entry["locationOrLoadError"] or {}).get("__typename") == "RepositoryLocation" for entry in entries)

    def materialised(self, asset: str) -> set[str]:
        """Partitions of an asset by country and language that its page shows as materialised."""
        ranges = self.ask(_PARTITIONS, key={"path": [asset]})["assetNodeOrError"]["assetPartitionStatuses"]["ranges"]
        return {
            f"{found['primaryDimStartKey']}|{language}"
            for found in ranges
            for language in found["secondaryDim"].get("materializedPartitions", [])
        }

    def launch(self, *assets: str) -> str:
        """`Materialize` on assets without partitions; the run's id."""
        selector = {**_REPOSITORY, "pipelineName": "__ASSET_JOB", "assetSelection": [{"path": [name]} for name in assets]}
        given = {"selector": selector, "mode": "default", "runConfigData": {}}
        return str(self._click(_LAUNCH, "LaunchRunSuccess", execution=given)["run"]["runId"])

    def backfill(self, assets: Sequence[str], keys: Sequence[str]) -> str:
        """`Materialize` on partitions, as the asset's and the lineage page do; the backfill's id."""
        given = {"assetSelection": [{"path": [name]} for name in assets], "partitionNames": list(keys)}
        return str(self._click(_BACKFILL, "LaunchBackfillSuccess", backfill=given)["backfillId"])

    def backfill_status(self, backfill: str) -> str:
        return str(self.ask(_BACKFILL_STATUS, id=backfill)["partitionBackfillOrError"]["status"])

    def run_status(self, run_id: str) -> str:
        return str(self.ask(_RUN, id=run_id)["runOrError"]["status"])

    def runs(self, after: float) -> list[Run]:
        """Runs that were created later than that (seconds since 1970), the newest first."""
        return [
            Run(
                found["runId"],
                found["status"],
                found["creationTime"],
                found["startTime"],
                found["endTime"],
                {tag["key"]: tag["value"] for tag in found["tags"]},
            )
            for found in self.ask(_RUNS, after=after)["runsOrError"]["results"]
        ]

    def _events(self, run_id: str) -> Iterator[dict[str, Any]]:
        cursor, more = None, True
        while more:
            page = self.ask(_EVENTS, id=run_id, cursor=cursor)["logsForRun"]
            yield from page["events"]
            cursor, more = page["cursor"], page["hasMore"]

    def messages(self, run_id: str) -> list[str]:
        """Lines of a run's log."""
        return [event["message"] for event in self._events(run_id) if event.get("message")]

    def materialisations(self, run_id: str) -> list[Materialised]:
        """What a run made."""
        return [
            Materialised(
                "/".join(event["assetKey"]["path"]),
                event["partition"] or "",
                {entry["label"]: entry["intValue"] for entry in event["metadataEntries"] if entry.get("intValue") is not None},
            )
            for event in self._events(run_id)
            if event["__typename"] == "MaterializationEvent"
        ]

    def start_sensor(self, name: str) -> str:
        """Switch a sensor on; the id by which it is switched off."""
        return str(self._click(_START_SENSOR, "Sensor", of={**_REPOSITORY, "sensorName": name})["sensorState"]["id"])

    def stop_sensor(self, state: str) -> None:
        self._click(_STOP_SENSOR, "StopSensorMutationResult", id=state)

    def start_schedule(self, name: str) -> str:
        """Switch a schedule on; the id by which it is switched off."""
        found = self._click(_START_SCHEDULE, "ScheduleStateResult", of={**_REPOSITORY, "scheduleName": name})
        return str(found["scheduleState"]["id"])

    def stop_schedule(self, state: str) -> None:
        self._click(_STOP_SCHEDULE, "ScheduleStateResult", id=state)

    def try_schedule(self, name: str, at: float) -> list[tuple[str, dict[str, str]]]:
        """`Preview tick result`: (run key, tags) of the runs that a tick at that time would ask for. Nothing is started."""
        found = self._click(_DRY_RUN, "DryRunInstigationTick", of={**_REPOSITORY, "scheduleName": name}, at=at)["evaluationResult"]
        if found["error"]:
            raise WebError(found["error"]["message"])
        return [(asked["runKey"], {tag["key"]: tag["value"] for tag in asked["tags"]}) for asked in found["runRequests"]]

    def last_tick(self, sensor: str) -> Tick | None:
        """The last look of a sensor, None before its first."""
        ticks = self.ask(_TICKS, of={**_REPOSITORY, "sensorName": sensor})["sensorOrError"]["sensorState"]["ticks"]
        if not ticks:
            return None
        tick = ticks[0]
        word = tick["skipReason"] or (tick["error"] or {}).get("message", "")
        return Tick(tick["timestamp"], tick["status"], word)
