"""`asknews-ner predict` as a user runs it."""

import json
import os
import subprocess
import sys

import pandas as pd
import pytest
from typer.testing import CliRunner

from asknews_ner.cli import app
from asknews_ner_tests.evaluate.inference.conftest import small_gliner

TEXT = "Angela Merkel met Emmanuel Macron in Paris. 🛳️ Ada Obi left."


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    from asknews_ner.train.gliner.model import save_model

    folder = tmp_path_factory.mktemp("model")
    save_model(small_gliner(), folder)
    return str(folder)


@pytest.fixture(autouse=True)
def _no_bars(monkeypatch, tmp_path):
    monkeypatch.setenv("ASKNEWS_NER_BARS", "0")
    monkeypatch.chdir(tmp_path)


def predict(*arguments, stdin=b""):
    result = CliRunner().invoke(app, ["predict", *map(str, arguments)], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def entities(result):
    assert result.exit_code == 0, result.stderr
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    for row in rows:
        assert all(row["text"][one["start"] : one["end"]] == one["surface"] for one in row["entities"])
    return rows


@pytest.mark.slow
def test_text_file_and_pipe_give_the_same(model, tmp_path):
    ask = ("--model", model, "--types", "person, location,person", "--threshold", 0.4, "--format", "jsonl")
    (argument,) = entities(predict(TEXT, *ask))
    assert argument["entities"]
    assert {one["label"] for one in argument["entities"]} <= {"person", "location"}
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "a.jsonl").write_text("\n" + json.dumps({"text": TEXT, "id": 1}) + "\n")
    pd.DataFrame({"Body": [TEXT]}).to_csv(tmp_path / "a.csv", index=False)
    pd.DataFrame({"Body": [TEXT]}).to_parquet(tmp_path / "a.parquet")
    others = {
        "stdin": predict(*ask, stdin=TEXT.encode()),
        "stdin:2": predict(*ask, "--lines", stdin=f"\n{TEXT}\r\n \n".encode()),
        "a.txt": predict("--file", "a.txt", *ask),
        "a.jsonl:2": predict("--file", "a.jsonl", *ask),
        "a.csv:2": predict("--file", "a.csv", "--column", "body", *ask),
        "a.parquet:1": predict("--file", "a.parquet", "--column", "body", *ask),
    }
    for where, result in others.items():
        assert entities(result) == [{**argument, "where": where}]
    table = predict(TEXT, *ask[:-1], "table")
    assert table.stdout.splitlines()[0].split() == ["where", "start", "end", "type", "score", "entity"]
    assert len(table.stdout.splitlines()) == 1 + len(argument["entities"])
    assert f"1 texts in 1 windows, {len(argument['entities'])} entities" in table.stderr
    nested = entities(predict(TEXT, *ask, "--nested"))[0]["entities"]
    assert len(nested) > len(argument["entities"])
    for nothing in ("", "  \n"):
        assert entities(predict(nothing, *ask))[0]["entities"] == []


@pytest.mark.slow
def test_rows_that_cannot_be_read(model, tmp_path):
    good, ask = json.dumps({"text": TEXT}), ("--model", model, "--types", "person", "--format", "jsonl")
    (tmp_path / "a.jsonl").write_bytes(b"\n".join([good.encode(), b"{broken", b'{"body": 1}', b'{"text": "\xff"}', good.encode()]))
    stopped = predict("--file", "a.jsonl", *ask)
    assert stopped.exit_code == 2
    assert "error: a.jsonl:2: not JSON" in stopped.stderr and "--keep-going" in stopped.stderr
    went_on = predict("--file", "a.jsonl", *ask, "--keep-going", "--rejects", "bad.jsonl")
    assert [row["where"] for row in entities(went_on)] == ["a.jsonl:1", "a.jsonl:5"]
    rejects = [json.loads(line) for line in (tmp_path / "bad.jsonl").read_text().splitlines()]
    assert [row["where"] for row in rejects] == ["a.jsonl:2", "a.jsonl:3", "a.jsonl:4"]
    assert "no text in 'text' but NoneType (the row has body)" in rejects[1]["reason"] and "not UTF-8" in rejects[2]["reason"]
    assert "3 rows could not be read: bad.jsonl" in went_on.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("x", "--file", "a.txt"), "both a text and --file are given"),
        (("--file", "nowhere.txt"), "nowhere.txt: no such file"),
        (("x", "--types", " , "), "--types names no type"),
        (("x", "--model", "nowhere/model", "--types", "person"), "the GLiNER model 'nowhere/model' cannot be loaded"),
        (("x", "--workspace", "empty"), "no tuned model here; run `asknews-ner run` first"),
        (("x", "--model", "{model}", "--workspace", "empty"), "no dataset that says which types to look for"),
        (("x", "--model", "{model}", "--types", "person", "--runtime", "onnx"), "no model.onnx here"),
        (("x", "--model", "{model}", "--types", ",".join(f"type number {n}" for n in range(200))), "the 200 types leave"),
        (("x", "--recipe", "lapdog"), "no recipe 'lapdog'"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(model, arguments, message):
    result = predict(*(argument.format(model=model) for argument in arguments))
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_help_loads_nothing_heavy():
    program = "import sys, asknews_ner.cli; print(sorted({'torch', 'gliner', 'transformers', 'pandas', 'dagster'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=dict(os.environ))
    assert done.stdout.strip() == "[]"


def test_the_workspace_s_own_model_is_the_biggest_that_is_there(model, tmp_path):
    import shutil
    from contextlib import contextmanager

    from asknews_ner.factory.workspace import Workspace
    from asknews_ner.recipe import load_recipe
    from asknews_ner.terminal.predict import tuned_model

    ws = Workspace(root=tmp_path / "w", articles=tmp_path, recipe=load_recipe("asknews_ner_v0"))

    @contextmanager
    def opened(*_):
        yield ws

    for size in ("medium", "small"):
        (ws.models / size / "tuned").mkdir(parents=True)
    assert tuned_model(opened, "asknews_ner_v0", None) == str(ws.models / "medium" / "tuned")
    shutil.copytree(model, tmp_path / "data" / "laptop" / "models" / "laptop" / "tuned")
    done = CliRunner().invoke(app, ["predict", TEXT, "--types", "person,location", "--format", "jsonl"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout.splitlines()[-1])["text"] == TEXT
