"""The verbs `release`, `diff` and `lineage` as a user types them, and pushes to a hub on the loopback."""

import json
import os
import subprocess
import sys

import pytest
from huggingface_hub import HfApi, constants
from typer.testing import CliRunner

from asknews_ner.cli import app
from asknews_ner.dataset.release.errors import ReleaseError
from asknews_ner.dataset.release.folder import write_release
from asknews_ner.factory import outputs
from asknews_ner.factory.hub import push
from asknews_ner_tests.dataset.release.made import inputs, provenance
from asknews_ner_tests.integration.hub_server import TOKEN, hub


def asknews(*line):
    return CliRunner().invoke(app, list(map(str, line)))


def files_of(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def workspace(sample_ws):
    outputs.refresh_release(sample_ws)
    return sample_ws.root


@pytest.fixture
def online(monkeypatch):
    """The hub's client may speak, though only to the loopback."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)


def released(folder, version):
    return write_release(folder, inputs(version=version), provenance())[0]


def test_a_version_is_pushed_once_and_takes_the_place_of_the_one_before(online, tmp_path):
    one, two = (released(tmp_path, version) for version in ("1.0.0", "1.1.0"))
    with hub() as state:
        api = HfApi(endpoint=state.url, token=TOKEN)
        assert push(one, "me/news", False, api) == f"{state.url}/datasets/me/news/commit/{1:040d}"
        assert state.private == {"me/news": False} and state.commits == ["Release 1.0.0"]
        assert state.files["me/news"].keys() - {".gitattributes"} == files_of(one).keys()
        with pytest.raises(ReleaseError, match="me/news has version 1.0.0 already"):
            push(one, "me/news", False, api)
        assert state.commits == ["Release 1.0.0"]
        state.files["me/news"]["data/train-00000-of-00002.parquet"] = b"of an earlier version"
        push(two, "me/news", False, api)
        assert {path: data for path, data in state.files["me/news"].items() if path != ".gitattributes"} == files_of(two)
        assert state.tags["me/news"] == {"1.0.0": f"{1:040d}", "1.1.0": f"{2:040d}"}


def test_a_push_is_dry_unless_it_is_meant(workspace, tmp_path):
    line = ("release", "--workspace", workspace, "--version", "1.0.0", "--push-to", "me/news")
    dry = asknews(*line)
    folder = workspace / "releases" / "1.0.0"
    assert dry.exit_code == 0, dry.output
    assert "/datasets/me/news (private), tag 1.0.0" in dry.output
    told = {row.split()[1]: int(row.split()[0].replace(",", "")) for row in dry.output.splitlines() if row.startswith("  ")}
    assert told.pop("bytes") == sum(map(len, files_of(folder).values()))
    assert told == {path: len(data) for path, data in files_of(folder).items()}
    with hub() as state:
        # A process of its own: the client reads these when it is imported.
        home = {"HF_HUB_OFFLINE": "0", "HF_ENDPOINT": state.url, "HF_TOKEN": TOKEN, "HF_HOME": str(tmp_path)}
        meant = [sys.executable, "-m", "asknews_ner", *map(str, line), "--no-dry-run"]
        done = subprocess.run(meant, capture_output=True, text=True, timeout=300, check=False, env={**os.environ, **home})
        assert done.returncode == 0, done.stderr[-2000:]
        assert f"there already, unchanged: {folder}" in done.stdout
        assert f"pushed: {state.url}/datasets/me/news/commit/" in done.stdout
        assert {path: data for path, data in state.files["me/news"].items() if path != ".gitattributes"} == files_of(folder)
        assert state.private == {"me/news": True}


def test_a_hub_that_refuses_or_is_away_is_said_in_one_line(workspace, online, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_other")
    line = ("release", "--workspace", workspace, "--version", "1.0.0", "--push-to", "me/news", "--no-dry-run")
    with hub() as state:
        for address in (state.url, "http://127.0.0.1:9"):
            monkeypatch.setattr(constants, "ENDPOINT", address)
            done = asknews(*line)
            assert done.exit_code == 2
            assert f"error: the hub at {address} did not take the release" in done.stderr and "HF_TOKEN must hold a token" in done.stderr
            assert "hf_other" not in done.stderr


def test_diff_ends_as_diff_does(tmp_path):
    release = released(tmp_path, "1.0.0")
    same = asknews("diff", release, release / "dataset_splits.json")
    assert same.exit_code == 0 and "unchanged" in same.output
    published = json.loads((release / "dataset_splits.json").read_text(encoding="utf-8"))
    gone = published["train"].pop(0)["metadata"]["articleId"]
    (tmp_path / "other.json").write_text(json.dumps(published), encoding="utf-8")
    other = asknews("diff", release, tmp_path / "other.json", "--json")
    assert other.exit_code == 1
    value = json.loads(other.stdout)
    assert value["counts"]["removed"] == 1
    assert [(row["article_id"], row["changes"]) for row in value["examples"]] == [(gone, ["removed"])]
    fault = asknews("diff", release, tmp_path)
    assert fault.exit_code == 2 and fault.stderr.startswith("error: ")
    way = asknews("lineage", release, gone)
    assert way.exit_code == 0 and f"article     {gone}" in way.output and "summarised  by offline" in way.output


def test_what_cannot_be_released_is_said_in_one_line(workspace, tmp_path):
    for line, advice in (
        (("--workspace", tmp_path), "make it with `asknews-ner run` first"),
        (("--workspace", workspace, "--version", "../1"), "cannot be a version"),
    ):
        done = asknews("release", *line)
        assert done.exit_code == 2 and done.stderr.startswith("error: ") and advice in done.stderr
