"""What makes the services' secrets at the first start, run by a shell."""

import re
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "docker" / "make-secrets"


@pytest.fixture
def made(tmp_path):
    """(folder of what is given, folder of what is made, a start)."""
    given, folder = tmp_path / "given", tmp_path / "made"
    given.mkdir()
    folder.mkdir()
    (given / ".gitignore").write_text("*")

    def start(source=given):
        line = ["sh", str(SCRIPT), str(source), str(folder), "postgres_password", "llm_api_key"]
        return subprocess.run(line, capture_output=True, text=True, check=False)

    return given, folder, start


def contents(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_what_is_missing_is_drawn_once_and_differs(made):
    _, folder, start = made
    assert start().returncode == 0
    first = contents(folder)
    assert set(first) == {"postgres_password", "llm_api_key"} and len(set(first.values())) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in first.values())
    assert start().returncode == 0 and contents(folder) == first
    assert all(path.stat().st_mode & 0o777 == 0o644 for path in folder.iterdir()), "services under other users read them"


def test_what_is_given_counts_and_goes_when_it_is_taken_away(made):
    given, folder, start = made
    (given / "llm_api_key").write_text("mine\n")
    (given / "HF_TOKEN").write_text("token")
    (given / "notes.txt").write_text("no secret")
    assert "llm_api_key, as given" in start().stdout
    assert contents(folder)["llm_api_key"] == "mine" and contents(folder)["HF_TOKEN"] == "token" and "notes.txt" not in contents(folder)
    (given / "HF_TOKEN").unlink()
    (given / "llm_api_key").unlink()
    start()
    assert set(contents(folder)) == {"postgres_password", "llm_api_key"}
    assert contents(folder)["llm_api_key"] == "mine", "what is needed stays"
    (given / "llm_api_key").write_text("")
    start()
    assert contents(folder)["llm_api_key"] == "", "an empty file means that there is none"


def test_a_folder_that_cannot_be_read_is_an_error_and_not_an_empty_one(made, tmp_path):
    _, folder, start = made
    assert start(tmp_path / "nowhere").returncode != 0 and contents(folder) == {}
