"""Dagster's webserver and daemon for real: a country's backfill as the UI launches it does all twelve languages."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from asknews_ner.orchestration.settings import sample_folder
from asknews_ner.recipe import LANGUAGES
from asknews_ner_tests.integration.conftest import free_port

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
PARTITIONS = """query ($key: AssetKeyInput!) {
  assetNodeOrError(assetKey: $key) { ... on AssetNode { assetPartitionStatuses { ... on MultiPartitionStatuses {
    ranges { primaryDimStartKey primaryDimEndKey secondaryDim { ... on DefaultPartitionStatuses { materializedPartitions } } } } } } } }"""
BACKFILL = """mutation ($backfill: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $backfill) { __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
LAUNCH = """mutation ($execution: ExecutionParams!) {
  launchPipelineExecution(executionParams: $execution) { __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
STATUS = "query ($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } } }"
RUN = "query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"


class Web:
    """A webserver to ask."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"

    def ask(self, query: str, **variables: object) -> dict:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.address}/graphql", data=body, headers={"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=120) as answer:
            found = json.load(answer)
        assert "errors" not in found, found["errors"]
        return found["data"]

    def is_up(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/server_info", timeout=5):
                return True
        except OSError:
            return False

    def wait(self, question, wanted: set[str], failed: set[str], seconds: int = 300) -> str:
        deadline = time.monotonic() + seconds
        while (status := question()) not in wanted:
            assert status not in failed, status
            assert time.monotonic() < deadline, f"still {status}"
            time.sleep(1)
        return status

    def materialised(self, asset: str) -> set[str]:
        ranges = self.ask(PARTITIONS, key={"path": [asset]})["assetNodeOrError"]["assetPartitionStatuses"]["ranges"]
        return {
            f"{found['primaryDimStartKey']}|{language}"
            for found in ranges
            for language in found["secondaryDim"].get("materializedPartitions", [])
        }


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    home = tmp_path_factory.mktemp("dagster")
    shutil.copy(ROOT / "dagster.yaml", home / "dagster.yaml")
    articles = home / "articles"
    articles.mkdir()
    lines = (sample_folder() / "bucket_1.jsonl").read_text(encoding="utf-8").splitlines()
    (articles / "a.jsonl").write_text("\n".join(line for line in lines if '"country": "SE"' in line) + "\n", encoding="utf-8")
    port = free_port()
    env = {**os.environ, "DAGSTER_HOME": str(home), "ASKNEWS_NER_ARTICLES": str(articles)}
    command = ["-m", "asknews_ner", "ui", "--port", str(port), "--workspace", str(home / "work")]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        server = Web(port)
        deadline = time.monotonic() + 280
        while not server.is_up():
            assert process.poll() is None, (home / "log").read_text(errors="replace")[-2000:]
            assert time.monotonic() < deadline, "the webserver did not come up in nearly five minutes"
            time.sleep(1)
        yield server
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=20)


def test_an_asset_and_then_a_country_are_materialised_from_the_web(web):
    selector = {"repositoryLocationName": "asknews_ner.definitions", "repositoryName": "__repository__", "pipelineName": "__ASSET_JOB"}
    launched = web.ask(
        LAUNCH, execution={"selector": {**selector, "assetSelection": [{"path": ["arrivals"]}]}, "mode": "default", "runConfigData": {}}
    )["launchPipelineExecution"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    web.wait(lambda: web.ask(RUN, id=launched["run"]["runId"])["runOrError"]["status"], {"SUCCESS"}, {"FAILURE", "CANCELED"})
    keys = [f"SE|{language}" for language in LANGUAGES]
    backfill = web.ask(
        BACKFILL, backfill={"assetSelection": [{"path": ["articles"]}, {"path": ["clean_articles"]}], "partitionNames": keys}
    )
    started = backfill["launchPartitionBackfill"]
    assert started["__typename"] == "LaunchBackfillSuccess", started
    web.wait(
        lambda: web.ask(STATUS, id=started["backfillId"])["partitionBackfillOrError"]["status"],
        {"COMPLETED_SUCCESS"},
        {"FAILED", "COMPLETED_FAILED", "CANCELED"},
    )
    assert web.materialised("articles") == set(keys)
    assert web.materialised("clean_articles") == set(keys)
