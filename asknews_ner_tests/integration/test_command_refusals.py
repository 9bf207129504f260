"""The command as a user runs it: clear errors for what cannot work, one line, exit code 2, nothing half-written."""

import subprocess
import sys

import pytest
import yaml

from asknews_ner.orchestration.settings import sample_folder
from asknews_ner.recipe import load_recipe
from asknews_ner_tests.integration.command_line import articles_of, asknews, command, files_below, small_recipe
from asknews_ner_tests.integration.on_loopback import free_port

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    articles_of({"GB", "SE"}, folder / "articles" / "a.jsonl")
    small_recipe(folder / "small.yaml", 20)
    return folder


def bad_file(tmp_path, name, data):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(data)
    return tmp_path / "in"


@pytest.mark.parametrize(
    ("make", "arguments", "message"),
    [
        (lambda t: bad_file(t, "a.parquet", b"PAR1 junk"), (), "not a readable Parquet file"),
        (lambda t: bad_file(t, "a.csv", b"url,words\n1,2\n"), (), "no column for the text"),
        (lambda t: bad_file(t, "a.jsonl.gz", b"not gzip"), (), "cannot be read"),
        (lambda t: bad_file(t, "notes.txt", b"x"), (), "no article files in this folder"),
        (lambda t: t / "nowhere", (), "no such file or folder"),
        (lambda t: sample_folder(), ("--recipe", "lapdog"), "no recipe 'lapdog'"),
        (lambda t: sample_folder(), ("--llm-url", "http://127.0.0.1:{port}/v1", "--llm-model", "m"), "no LLM server answers"),
        (lambda t: sample_folder(), ("--recipe", "asknews_ner_v0"), "no server is given"),
        (lambda t: sample_folder(), ("--llm-model", "m"), "ASKNEWS_NER_LLM_MODEL is set without"),
    ],
)
def test_what_cannot_work_ends_with_one_clear_line(tmp_path, make, arguments, message):
    given = [part.format(port=free_port()) for part in arguments]
    done = asknews("run", "--articles", make(tmp_path), *given, cwd=tmp_path)
    errors = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert done.returncode == 2, done.stderr
    assert len(errors) == 1
    assert message in errors[0]
    assert "Traceback" not in done.stderr
    tables = [name for name in files_below(tmp_path) if name.endswith(".parquet") and "/tables/" in name]
    assert tables == []


def test_an_unknown_key_of_a_recipe(tmp_path):
    values = load_recipe("laptop").model_dump(mode="json")
    values["sample"]["sise"] = 3
    (tmp_path / "r.yaml").write_text(yaml.safe_dump(values))
    done = asknews("run", "--recipe", tmp_path / "r.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert "unknown key sample.sise: remove it or correct its spelling" in done.stderr


def test_a_model_that_the_server_does_not_serve(tmp_path, llm_url):
    done = asknews("run", "--llm-url", llm_url, "--llm-model", "huge", cwd=tmp_path)
    assert done.returncode == 2
    assert "does not serve 'huge'; it serves tiny" in done.stderr


def test_a_full_disk(tmp_path, small):
    """A limit on file sizes makes writes fail as a full disk does; the message names the place, nothing half-written stays."""
    line, options = command("run", "--articles", small / "articles", "--recipe", small / "small.yaml", cwd=tmp_path)
    program = (
        "import os, runpy, sys\n"
        "import asknews_ner.storage.tables as tables\n"
        "write = tables.pq.write_table\n"
        "def full(table, where, **options):\n"
        "    if 'clean_articles' in str(where):\n"
        "        raise OSError(28, os.strerror(28), str(where))\n"
        "    return write(table, where, **options)\n"
        "tables.pq.write_table = full\n"
        "sys.argv = ['asknews-ner', *sys.argv[1:]]\n"
        "runpy.run_module('asknews_ner', run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", program, *line[3:]], capture_output=True, text=True, timeout=300, check=False, **options)
    assert done.returncode == 2, done.stderr[-2000:]
    assert "No space left on device" in done.stderr
    assert not [name for name in files_below(tmp_path) if "/clean_articles/" in name]
    assert not [name for name in files_below(tmp_path) if "/.tmp-" in name]


@pytest.mark.parametrize("room_pages", [40, 150])
def test_a_full_database(tmp_path, small, room_pages):
    """Dagster's own database runs full before a table does: SQLite's page limit gives the very error of a full disk."""
    line, options = command("run", "--articles", small / "articles", "--recipe", small / "small.yaml", cwd=tmp_path)
    program = (
        "import runpy, sqlite3, sys\n"
        "connect = sqlite3.connect\n"
        "def small(*given, **options):\n"
        "    connection = connect(*given, **options)\n"
        f"    connection.execute('PRAGMA max_page_count = {room_pages}')\n"
        "    return connection\n"
        "sqlite3.connect = sqlite3.dbapi2.connect = small\n"
        "sys.argv = ['asknews-ner', *sys.argv[1:]]\n"
        "runpy.run_module('asknews_ner', run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", program, *line[3:]], capture_output=True, text=True, timeout=300, check=False, **options)
    assert done.returncode == 2, done.stderr[-2000:]
    assert [row for row in done.stderr.splitlines() if row.startswith("error: a database refuses to work")]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("address", ["nonsense", "nosuch://host/name", "sqlite:////no/such/folder/replies.sqlite"])
def test_a_store_of_replies_that_cannot_be_used(tmp_path, small, address):
    for line in (("run", "--articles", small / "articles"), ("replies", "list")):
        done = asknews(*line, cwd=tmp_path, ASKNEWS_NER_REPLIES_URL=address)
        assert done.returncode == 2, done.stderr[-2000:]
        assert len([row for row in done.stderr.splitlines() if row.startswith("error:")]) == 1
        assert "Traceback" not in done.stderr


def test_a_blocking_check_ends_a_run_with_what_it_found(tmp_path, small):
    values = yaml.safe_load((small / "small.yaml").read_text(encoding="utf-8"))
    values["checks"]["max_norm_error"] = 1e-12
    (tmp_path / "strict.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    done = asknews("run", "--articles", small / "articles", "--recipe", tmp_path / "strict.yaml", cwd=tmp_path)
    assert done.returncode == 2, done.stderr[-2000:]
    assert "ERROR: check summary_vectors.vectors_are_unit: " in done.stdout
    assert [row for row in done.stderr.splitlines() if row.startswith("error: a blocking check failed (summary_vectors: vectors_are_unit)")]
    assert "Traceback" not in done.stderr
    assert not [name for name in files_below(tmp_path) if "/topics/" in name]


def test_recipes_are_listed(tmp_path):
    done = asknews("recipes", cwd=tmp_path)
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        "archive",
        "asknews_ner_v0",
        "asknews_ner_v0_tuned",
        "laptop",
        "low_resource_study",
    ]
