"""What a user can get wrong around the pipeline, each told in one line: ports, folders, Dagster's settings, databases."""

import socket

import pytest
import typer
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from asknews_ner import cli
from asknews_ner.cli import app
from asknews_ner.orchestration.settings import sample_folder
from asknews_ner.terminal.instance import InstanceError, open_instance
from asknews_ner_tests.integration.conftest import free_port


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An own DAGSTER_HOME; what the verbs write into the environment is taken back."""
    for name, value in (("DAGSTER_HOME", tmp_path / "dagster"), ("ASKNEWS_NER_RECIPE", "laptop"), ("ASKNEWS_NER_WORKSPACE", "")):
        monkeypatch.setenv(name, str(value))
    return tmp_path


def fault(*line):
    """The one line that the command ends with."""
    done = CliRunner().invoke(app, [str(word) for word in line])
    assert done.exit_code == 2, done.output
    (message,) = [row for row in done.output.splitlines() if row.startswith("error: ")]
    assert "Traceback" not in done.output
    return message


def test_a_port_that_is_taken(home):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        message = fault("ui", "--port", port, "--workspace", home / "w" / "laptop")
    assert f"port {port} of 127.0.0.1 cannot be used (Address already in use)" in message
    assert "asknews-ner ui --port " in message
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("verb", ["ui", "run"])
@pytest.mark.parametrize("place", ["file/laptop", "/proc/nowhere/laptop"])
def test_a_workspace_that_cannot_be_written(home, verb, place):
    (home / "file").write_text("in the way")
    message = fault(verb, "--workspace", home / place)
    assert f"the workspace {home / place} cannot be written (" in message and "--workspace" in message


def test_a_home_of_dagster_that_cannot_be_written(home, monkeypatch):
    (home / "file").write_text("in the way")
    monkeypatch.setenv("DAGSTER_HOME", str(home / "file" / "dagster"))
    message = fault("run", "--articles", sample_folder(), "--workspace", home / "w" / "laptop")
    assert f"Dagster's home {home / 'file' / 'dagster'} cannot be written (Not a directory" in message and "set DAGSTER_HOME" in message


def dagster_settings(home, text):
    (home / "dagster").mkdir()
    (home / "dagster" / "dagster.yaml").write_text(text, encoding="utf-8")
    return home / "dagster" / "dagster.yaml"


UNSET = "local_artifact_storage: {module: dagster._core.storage.root, class: LocalArtifactStorage, config: {base_dir: {env: NO_SUCH}}}"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (UNSET, "it reads the environment variable NO_SUCH, which is not set; set it"),
        ("local_artifact_storage: {module: no_such_module, class: A}", "it names no_such_module, which is not installed"),
        ("nonsense: 1", 'unexpected config entry "nonsense"'),
        ("not: [yaml", "while parsing"),
    ],
)
def test_settings_of_dagster_that_cannot_be_used(home, settings, message):
    file = dagster_settings(home, settings)
    with pytest.raises(InstanceError) as found:
        open_instance(home)
    assert str(found.value).startswith(f"{file} cannot be used: ") and message in str(found.value)


def test_settings_of_dagster_that_cannot_be_used_end_the_command_in_one_line(home):
    dagster_settings(home, UNSET)
    assert "variable NO_SUCH" in fault("ui", "--port", free_port(), "--workspace", home / "w" / "laptop")


@pytest.mark.slow
def test_a_postgres_of_dagster_that_is_down(home):
    pytest.importorskip("dagster_postgres", reason="needs the extra `postgres`")
    place = "{username: u, password: p, hostname: 127.0.0.1, port: 9, db_name: d, scheme: postgresql+psycopg2}"
    dagster_settings(home, f"storage: {{postgres: {{postgres_db: {place}}}}}")
    with pytest.raises(InstanceError, match=r"Dagster's database does not answer \(.*refused.*start it"):
        open_instance(home)


def test_a_postgres_of_dagster_that_goes_away_in_the_middle(capsys):
    utils = pytest.importorskip("dagster_postgres.utils", reason="needs the extra `postgres`")
    gone = OperationalError("SELECT 1", {}, Exception("server closed the connection\n  unexpectedly"))
    with pytest.raises(typer.Exit), cli._clear_errors():
        raise utils.DagsterPostgresException("too many retries for DB connection") from gone
    assert capsys.readouterr().err.startswith("error: a database refuses to work (server closed the connection unexpectedly)")


def test_a_store_of_replies_that_is_down(home, monkeypatch):
    pytest.importorskip("psycopg2", reason="needs the extra `postgres`")
    monkeypatch.setenv("ASKNEWS_NER_REPLIES_URL", "postgresql+psycopg2://user:secret@127.0.0.1:9/replies")
    message = fault("run", "--articles", sample_folder(), "--workspace", home / "w" / "laptop")
    assert "refused" in message and "ASKNEWS_NER_REPLIES_URL" in message and "secret" not in message
