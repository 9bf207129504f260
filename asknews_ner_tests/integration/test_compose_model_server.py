"""The model server of docker-compose.yml for machines without a GPU: the very command, variables and health check, with small weights."""

import os
import re
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from asknews_ner_tests.deploy.files import compose
from asknews_ner_tests.integration.conftest import LONG, VLLM_KEY, free_port, small_vllm

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
START_SECONDS = 300


@pytest.mark.skipif(not LONG, reason="takes a minute, four GiB of memory and both cores: make test-long")
def test_the_server_begins_is_healthy_answers_and_ends(tiny_weights, tmp_path):
    executable = small_vllm(tiny_weights).executable
    service, port = compose()["services"]["vllm-cpu"], free_port()
    (tmp_path / "llm_api_key").write_text(VLLM_KEY, encoding="utf-8")

    def here(words: str) -> str:
        """As in the container, at places of this machine."""
        for there, ours in {"$$": "$", "/run/secrets": str(tmp_path), "0.0.0.0 --port 8000": f"127.0.0.1 --port {port}"}.items():
            words = words.replace(there, ours)
        return words.replace("http://127.0.0.1:8000", f"http://127.0.0.1:{port}")

    given = {key: re.sub(r"^\$\{\w+:-(.*)\}$", r"\1", value) for key, value in service["environment"].items() if value is not None}
    own = {"ASKNEWS_NER_LLM_MODEL": str(tiny_weights), "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "cache"), "HOME": str(tmp_path)}
    path = f"{Path(executable).parent}{os.pathsep}{os.environ['PATH']}"
    log = tmp_path / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*service["entrypoint"], here(service["command"][0])],
            env={**given, **own, "PATH": path}, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        _, *check = map(here, service["healthcheck"]["test"])
        deadline = time.monotonic() + START_SECONDS
        while subprocess.run(check, capture_output=True, check=False).returncode != 0:
            assert server.poll() is None and time.monotonic() < deadline, log.read_text(errors="replace")[-3000:]
            time.sleep(1)
        asked = {"model": str(tiny_weights), "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 5, "seed": 1}
        place = f"http://127.0.0.1:{port}/v1/chat/completions"
        assert httpx.post(place, json=asked, timeout=60).status_code == 401, "nobody is answered without the key"
        answer = httpx.post(place, json=asked, timeout=60, headers={"Authorization": f"Bearer {VLLM_KEY}"})
        assert answer.json()["usage"]["completion_tokens"] == 5
    finally:
        server.terminate()
        assert server.wait(timeout=150) == 0, log.read_text(errors="replace")[-3000:]
