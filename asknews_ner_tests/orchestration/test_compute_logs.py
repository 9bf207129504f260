import tempfile

import boto3
import pytest
from dagster._core.storage.compute_log_manager import ComputeIOType
from moto import mock_aws

from asknews_ner.orchestration.compute_logs import ComputeLogs

KEY = ["run", "compute_logs", "articles"]


@pytest.fixture
def bucket(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "us-east-1")
    monkeypatch.setenv("ASKNEWS_NER_OUTPUTS", "s3://news/outputs")
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="news")
        yield boto3.client("s3")


def test_a_web_server_that_may_not_write_into_dagster_s_home_shows_the_logs_of_another_machine(bucket, monkeypatch, tmp_path):
    (tmp_path / "storage").write_text("no folder: nothing can be written below it, by root neither")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    machines = [tmp_path / "of a run", tmp_path / "of the web server"]
    for machine in machines:
        machine.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(machines[0]))
    with ComputeLogs.from_config_value(None, {}).open_log_stream(KEY, ComputeIOType.STDERR) as stream:
        stream.write("articles: 12 rows\n")
    (written,) = bucket.list_objects_v2(Bucket="news")["Contents"]
    assert written["Key"].startswith("outputs/logs/")
    monkeypatch.setattr(tempfile, "tempdir", str(machines[1]))
    shown = ComputeLogs.from_config_value(None, {}).get_log_data(KEY)
    assert shown.stderr == b"articles: 12 rows\n"


def test_without_an_object_store_logs_lie_in_dagster_s_home(monkeypatch, tmp_path):
    monkeypatch.delenv("ASKNEWS_NER_OUTPUTS", raising=False)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with ComputeLogs.from_config_value(None, {}).open_log_stream(KEY, ComputeIOType.STDOUT) as stream:
        stream.write("here\n")
    assert [path.read_text() for path in (tmp_path / "storage").rglob("*.out")] == ["here\n"]
