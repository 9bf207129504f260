"""Sources as an asset: what the list names lands, arrives, and is read again when it is due; no secret is left anywhere."""

import datetime as dt
import json
import logging

import dagster as dg
import pytest
import yaml
from typer.testing import CliRunner

from asknews_ner.acquire.files import SourceError
from asknews_ner.cli import app
from asknews_ner.definitions import ASSETS
from asknews_ner.factory.acquisition import due_names, shelf_of
from asknews_ner.orchestration.resources import build_resources
from asknews_ner.orchestration.sensors import ACQUIRE_KIND, due_sources
from asknews_ner.orchestration.settings import Settings, sample_folder
from asknews_ner.records import Article, Rejected
from asknews_ner.storage.tables import reject_table
from asknews_ner_tests.acquire.sources.asknews_server import API_KEY, CLIENT_ID, CLIENT_SECRET, Script, article, serving
from asknews_ner_tests.acquire.sources.test_archives import record

PARAGRAPH = (
    "<p>The government raises the tax on petrol from next year on, the minister of finance told reporters in Stockholm yesterday.</p>"
)
NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Resources of a workspace, with what makes its list of sources."""
    monkeypatch.setenv("ASKNEWS_CLIENT_ID", CLIENT_ID)
    monkeypatch.setenv("ASKNEWS_CLIENT_SECRET", CLIENT_SECRET)
    page = f"<html><head><title>Tax</title></head><body><article>{PARAGRAPH * 3}</article></body></html>".encode()
    (tmp_path / "news.warc").write_bytes(record(1, page) + record(2, b"<html></html>") + record(3, kind="request") + b"garbage")

    def make(sources, address="", articles=tmp_path / "drop"):
        (tmp_path / "sources.yaml").write_text(yaml.safe_dump({"sources": sources}))
        settings = Settings(
            str(tmp_path / "w"), str(articles), "laptop", "", "", {}, "", "", "", asknews_url=address, asknews_token_url=f"{address}/token"
        )
        return build_resources(settings)

    return make


def materialise(resources, names, instance, config=None):
    run_config = {"ops": {"acquired_batches": {"config": config}}} if config else None
    return dg.materialize(
        ASSETS,
        selection=dg.AssetSelection.assets(*names),
        resources=resources,
        instance=instance,
        run_config=run_config,
        raise_on_error=False,
    )


@pytest.mark.slow
def test_from_sources_to_articles_without_a_trace_of_the_credentials(tmp_path, made, caplog):
    caplog.set_level(logging.DEBUG)
    when = (NOW - dt.timedelta(hours=2)).isoformat()
    script = Script([article(1, when), article(2, when, sentiment="x")], [(429, {"Retry-After": "0"}, "slow down")], searches_a_token=1)
    sources = [{"name": "archive", "kind": "warc", "at": [str(tmp_path / "news.warc")]}, {"name": "asknews", "kind": "asknews"}]
    (tmp_path / "dagster").mkdir()
    instance = dg.DagsterInstance.local_temp(str(tmp_path / "dagster"))
    with serving(script) as address:
        resources = made(sources, address)
        result = materialise(resources, ["acquired_batches", "arrivals"], instance)
    assert result.success
    (event,) = result.asset_materializations_for_node("acquired_batches")
    assert event.metadata["dagster/row_count"].value == 2
    assert event.metadata["refused"].value == 4
    assert "DAMAGED 1" in event.metadata["sources"].value
    ws = resources["workspace"].open()
    assert {row.title for row in ws.tables.read_all("arrivals", Article)} == {"Tax", "Rubrik 1"}
    rejects = ws.tables.read(reject_table("arrivals"), Rejected)
    assert sorted((row.stage, row.reason) for row in rejects) == [
        ("acquire", "DAMAGED"),
        ("acquire", "NOT_AS_DOCUMENTED"),
        ("acquire", "NO_TEXT"),
    ]
    assert script.tokens >= 2
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    told = caplog.text.encode() + b"".join(str(entry).encode() for entry in instance.all_logs(result.run_id))
    assert b"asknews" in written and b"acquired_batches" in told
    for secret in (CLIENT_SECRET, "token-number", CLIENT_ID, "c2NyZXQ"):
        assert secret.encode() not in written + told, secret


def test_one_source_that_fails_does_not_keep_the_others_from_landing(tmp_path, made):
    sources = [
        {"name": "gone", "kind": "warc", "at": [str(tmp_path / "none.warc")]},
        {"name": "archive", "kind": "warc", "at": [str(tmp_path / "news.warc")]},
    ]
    resources = made(sources)
    result = materialise(resources, ["acquired_batches"], dg.DagsterInstance.ephemeral())
    assert not result.success
    assert "gone: " in str(result.failure_data_for_node("acquired_batches").error)
    assert list((tmp_path / "drop/acquired/archive").glob("*.jsonl"))


def test_the_same_by_the_verb_and_for_a_publisher_that_is_none(tmp_path, made):
    sources = [
        {"name": "gone", "kind": "warc", "at": [str(tmp_path / "none.warc")]},
        {"name": "archive", "kind": "warc", "at": [str(tmp_path / "news.warc")]},
    ]
    resources = made(sources)
    places = ["--articles", str(tmp_path / "drop"), "--workspace", str(tmp_path / "w")]
    done = CliRunner().invoke(app, ["acquire", "--source", "warc", *places])
    assert done.exit_code == 2 and "1 new articles" in done.output and "none.warc: no archive there" in done.output
    result = materialise(resources, ["acquired_batches"], dg.DagsterInstance.ephemeral(), {"sources": ["archive"], "publishers": ["bladt"]})
    assert not result.success
    assert "no publisher 'bladt' in the registry" in str(result.failure_data_for_node("acquired_batches").error)
    assert "were_there" in str(result.failure_data_for_node("acquired_batches").user_failure_data.metadata), "the other was read"


def test_what_is_due_is_asked_for_and_read_again_only_after_its_time(tmp_path, made):
    resources = made([{"name": "archive", "kind": "warc", "at": [str(tmp_path / "news.warc")], "every_minutes": 60}])
    instance = dg.DagsterInstance.ephemeral()

    def tick():
        with dg.build_sensor_context(resources={"workspace": resources["workspace"]}, instance=instance) as context:
            return due_sources(context)

    (request,) = tick().run_requests
    assert request.tags["ner/kind"] == ACQUIRE_KIND
    assert materialise(resources, ["acquired_batches"], instance, request.run_config["ops"]["acquired_batches"]["config"]).success
    assert "is due" in tick().skip_message
    ws = resources["workspace"].open()
    assert due_names(ws, dt.datetime.now(dt.UTC) + dt.timedelta(minutes=61)) == ["archive"]
    (tmp_path / "sources.yaml").write_text("sources: [")
    assert "YAML" in tick().skip_message
    instance.add_run(dg.DagsterRun(job_name="an earlier one", tags={"ner/kind": ACQUIRE_KIND}, status=dg.DagsterRunStatus.STARTED))
    assert "still runs" in tick().skip_message


def test_nothing_lands_among_the_shipped_articles(made):
    resources = made([], articles=sample_folder())
    with pytest.raises(SourceError, match="ASKNEWS_NER_ARTICLES"):
        shelf_of(resources["workspace"].open())
    assert materialise(resources, ["acquired_batches"], dg.DagsterInstance.ephemeral()).success


def test_the_verb(tmp_path, made, monkeypatch):
    def run(*arguments):
        places = ["--articles", str(tmp_path / "drop"), "--workspace", str(tmp_path / "w")]
        return CliRunner().invoke(app, ["acquire", *arguments, *places])

    made([{"name": "archive", "kind": "warc", "at": [str(tmp_path / "news.warc")], "publisher": "The Paper"}])
    done = run("--source", "warc", "--publisher", "paper")
    assert done.exit_code == 0, done.output
    assert "1 new articles" in done.output and "DAMAGED" in done.output
    (batch,) = (tmp_path / "drop/acquired/archive").glob("*.jsonl")
    assert json.loads(batch.read_text().splitlines()[0])["title"] == "Tax"
    assert "0 new articles" in run("--source", "warc").output
    assert "0 new articles" in run("--source", "warc", "--at", str(tmp_path / "news.warc")).output
    for arguments, told in [
        (["--source", "tape"], "give one of feeds"),
        (["--source", "warc", "--publisher", "other"], "add one, or name a place"),
        (["--source", "asknews", "--publisher", "other"], "has no source of kind asknews of a publisher like 'other'"),
        (["--source", "sitemap"], "or a publisher with --publisher"),
        (["--source", "hub", "--at", "somebody/news"], "name the commit"),
        (["--source", "feeds", "--at", "x", "--since", "yesterday"], "give a date"),
    ]:
        done = run(*arguments)
        assert (done.exit_code, told in done.output) == (2, True), done.output
    monkeypatch.delenv("ASKNEWS_CLIENT_SECRET")
    assert "set ASKNEWS_API_KEY" in run("--source", "asknews").output
    assert API_KEY not in done.output
