"""The images' entry point, run by a shell."""

import subprocess
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "deploy" / "docker" / "with-secrets"


def run(environment, *names):
    words = " ".join(f'"${{{name}-unset}}"' for name in names)
    line = ["sh", str(SCRIPT), "sh", "-c", f"printf '%s\\n' {words}"]
    return subprocess.run(line, env={"PATH": "/usr/bin:/bin", **environment}, capture_output=True, text=True, check=False)


def test_files_become_variables_and_empty_ones_do_not(tmp_path):
    (tmp_path / "llm_api_key").write_text("word\n")
    (tmp_path / "empty").write_text("")
    given = {"ASKNEWS_NER_LLM_API_KEY_FILE": f"{tmp_path}/llm_api_key", "ASKNEWS_NER_QDRANT_API_KEY_FILE": f"{tmp_path}/empty"}
    assert run(given, "ASKNEWS_NER_LLM_API_KEY", "ASKNEWS_NER_QDRANT_API_KEY").stdout == "word\nunset\n"


def test_files_named_like_variables_become_them_and_what_is_set_stays(tmp_path):
    for name in ("AWS_SECRET_ACCESS_KEY", "HF_TOKEN", "llm_api_key", "README.md"):
        (tmp_path / name).write_text(f"of {name}")
    found = run({"MORE_SECRETS": str(tmp_path), "HF_TOKEN": "mine"}, "AWS_SECRET_ACCESS_KEY", "HF_TOKEN", "llm_api_key")
    assert found.stdout == "of AWS_SECRET_ACCESS_KEY\nmine\nunset\n"
    assert run({"MORE_SECRETS": str(tmp_path / "nowhere")}, "HF_TOKEN").stdout == "unset\n"


def test_a_file_that_is_missing_is_an_error_that_names_it(tmp_path):
    found = run({"DAGSTER_PG_PASSWORD_FILE": f"{tmp_path}/nowhere"}, "DAGSTER_PG_PASSWORD")
    assert found.returncode == 1 and "nowhere" in found.stderr and "deploy/README.md" in found.stderr
