"""What compose's command of the model server does before it becomes vLLM: a stand-in for vLLM says what it was given."""

import os
import subprocess

import pytest

from asknews_ner_tests.deploy.files import compose

STAND_IN = '#!/bin/sh\necho "key=$VLLM_API_KEY token=${HF_TOKEN-none} $*"\n'


def said(folder, server="vllm"):
    """What the stand-in says when the files of `folder` are the secrets."""
    service = compose()["services"][server]
    (folder / "vllm").write_text(STAND_IN, encoding="utf-8")
    (folder / "vllm").chmod(0o755)
    words = service["command"][0].replace("$$", "$").replace("/run/secrets", str(folder))
    environment = {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "ASKNEWS_NER_LLM_MODEL": "m/8B"}
    return subprocess.run([*service["entrypoint"], words], env=environment, capture_output=True, text=True, timeout=60, check=True).stdout


@pytest.mark.parametrize("server", ["vllm", "vllm-cpu"])
def test_gated_weights_are_asked_for_with_the_token_of_the_secrets(tmp_path, server):
    (tmp_path / "llm_api_key").write_text("k")
    assert said(tmp_path, server).startswith("key=k token=none serve m/8B --host 0.0.0.0 --port 8000 --structured-outputs-config {")
    (tmp_path / "HF_TOKEN").write_text("")
    assert "token=none " in said(tmp_path, server), "an empty file is no token"
    (tmp_path / "HF_TOKEN").write_text("hf_1")
    assert "token=hf_1 " in said(tmp_path, server)
