"""Outputs and logs of steps in an object store: what the environment names is what is used."""

import gzip
import sys

import pytest

from asknews_ner.acquire.deny import DenyEntry, DenyList
from asknews_ner.acquire.sources.declared import DeclaredSource
from asknews_ner.factory.acquisition import acquire
from asknews_ner.orchestration.resources import build_resources
from asknews_ner.orchestration.settings import from_environment
from asknews_ner.storage.objects import ObjectStoreError
from asknews_ner_tests.storage.test_objects import client

__all__ = ["client"]


@pytest.mark.parametrize(("given", "address"), [("s3://news/out/", "s3://news/out/dataset"), ("", None)])
def test_outputs_go_where_the_environment_says(client, tmp_path, given, address):
    settings = from_environment({"ASKNEWS_NER_OUTPUTS": given, "ASKNEWS_NER_WORKSPACE": str(tmp_path)})
    published = build_resources(settings)["workspace"].open().published
    assert (published and published.address("dataset")) == address


def test_an_address_that_is_none_is_named(tmp_path):
    settings = from_environment({"ASKNEWS_NER_OUTPUTS": "gs://news/out", "ASKNEWS_NER_WORKSPACE": str(tmp_path)})
    with pytest.raises(ObjectStoreError, match="'gs://news/out' is no place in an object store; write s3://bucket/prefix"):
        build_resources(settings)["workspace"].open()


def test_logs_of_steps_lie_beside_the_outputs_or_here(client, tmp_path, monkeypatch):
    import dagster as dg

    from asknews_ner.terminal.instance import packaged_settings

    (tmp_path / "dagster.yaml").write_text(packaged_settings())
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.delenv("ASKNEWS_NER_OUTPUTS", raising=False)

    @dg.op
    def speak():
        sys.stdout.write("a line of a step\n")

    @dg.job
    def speaking():
        speak()

    for outputs, found in (("", False), ("s3://news/out", True)):
        monkeypatch.setenv("ASKNEWS_NER_OUTPUTS", outputs)
        with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
            assert speaking.execute_in_process(instance=instance).success
            manager = type(instance.compute_log_manager).__name__
        assert (manager == "S3ComputeLogManager") is found
        listed = client.list_objects_v2(Bucket="news").get("Contents", [])
        bodies = [client.get_object(Bucket="news", Key=entry["Key"])["Body"].read() for entry in listed]
        assert any(b"a line of a step" in body for body in bodies) is found
        assert all(entry["Key"].startswith("out/logs/") for entry in listed)


def test_copies_of_a_delivery_are_kept_for_the_next_time_but_not_while_anything_is_denied(client, tmp_path):
    row = '{"id": "1", "title": "x", "text": "y", "publisher": "Avisen"}\n'
    client.put_object(Bucket="news", Key="delivery/a.jsonl.gz", Body=gzip.compress(row.encode()))
    given = {"ASKNEWS_NER_WORKSPACE": str(tmp_path / "w"), "ASKNEWS_NER_ARTICLES": str(tmp_path / "drop")}
    resources = build_resources(from_environment(given))
    ws = resources["workspace"].open()
    declared = DeclaredSource(name="delivery", kind="files", at=("s3://news/delivery",))

    def read():
        with resources["acquirer"].opened(ws) as means:
            return acquire(ws, declared, means)

    assert read().new == 1
    assert [file.name for file in ws.deliveries.rglob("*.gz")] == ["a.jsonl.gz"]
    deny = DenyList().with_entry(DenyEntry(publisher="Avisen", reason="r", since="2026-11-20"))
    ws.deny_file.write_text(deny.as_yaml(), encoding="utf-8")
    landed = read()
    assert (landed.new, landed.refused) == (0, {"TAKEN_DOWN": 1})
    assert not list(ws.deliveries.rglob("*.gz"))
