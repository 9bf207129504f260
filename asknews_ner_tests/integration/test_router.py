"""Two model servers behind vllm-router, one killed with requests in flight: no article lost, one stored answer a key, few repeats.

`make test` does it with two llama.cpp servers, `make test-long` (ASKNEWS_NER_LONG=1) with two of vLLM as well."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from asknews_ner.annotate.llm.vllm_server import managed
from asknews_ner.storage.replies import ReplyStore
from asknews_ner_tests.integration import client_program
from asknews_ner_tests.integration.conftest import LONG, VLLM_KEY, free_port, small_vllm
from asknews_ner_tests.integration.counting_proxy import counting
from asknews_ner_tests.integration.scripted_llm import MODEL

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
PROGRAM = shutil.which("vllm-router", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))


def wait_for(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.05)


def answers(url):
    """Whether a server does, to one who has its key: the router passes it on."""
    asked = urllib.request.Request(url, headers={"Authorization": f"Bearer {VLLM_KEY}"})
    try:
        with urllib.request.urlopen(asked, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@contextmanager
def routed(workers, log):
    """Address of a router over these servers. The arguments are those of docs/running-it.md."""
    if PROGRAM is None:
        pytest.skip("needs vllm-router: install the extra `dev`")
    port, figures = free_port(), free_port()
    line = [PROGRAM, "--host", "127.0.0.1", "--port", str(port), "--prometheus-host", "127.0.0.1", "--prometheus-port", str(figures)]
    line += ["--policy", "round_robin", "--worker-urls", *[worker.removesuffix("/v1") for worker in workers]]
    with log.open("wb") as output, subprocess.Popen(line, stdout=output, stderr=subprocess.STDOUT) as router:
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(lambda: router.poll() is not None or answers(f"{url}/v1/models"), 120, "the router answers")
            assert router.poll() is None, log.read_text(errors="replace")
            yield f"{url}/v1"
        finally:
            router.terminate()
            router.wait(20)


@contextmanager
def llama(log):
    """(port, process) of a llama.cpp server that serves MODEL."""
    port = free_port()
    program = [sys.executable, str(Path(__file__).with_name("tiny_llm.py")), str(port), MODEL]
    with log.open("wb") as output, subprocess.Popen(program, stdout=output, stderr=subprocess.STDOUT) as server:
        try:
            wait_for(lambda: b"listening" in log.read_bytes() or server.poll() is not None, 120, "the server listens")
            assert server.poll() is None, log.read_text(errors="replace")
            yield port, server
        finally:
            server.kill()


@contextmanager
def vllm_server(weights, log):
    settings = small_vllm(weights, served_name=MODEL, port=free_port(), max_num_queued=None)
    with managed(settings, log) as server:
        yield settings.port, server


def one_is_killed(servers, folder, count, kill):
    """Summarise so many articles through the router; `kill` ends the first server in the middle. Prints and checks the counts."""
    address = f"sqlite:///{folder / 'replies.sqlite'}"
    store = ReplyStore(address)
    with ExitStack() as stack:
        counted = [stack.enter_context(counting(port)) for port in servers]
        url = stack.enter_context(routed([one.url for one in counted], folder / "router.log"))
        line = [sys.executable, "-m", client_program.__name__, url, address, str(count)]
        environment = {**os.environ, "ASKNEWS_NER_LLM_API_KEY": VLLM_KEY}
        with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=environment) as client:
            wait_for(lambda: counted[0].bodies.total() >= count // 6 and counted[0].under_way >= 2, 300, "requests are under way at both")
            kill()
            out, _ = client.communicate(timeout=600)
        assert client.returncode == 0
        assert out.split()[1] == str(count), "every article is kept or rejected with its reason"
        asked = sum((one.bodies for one in counted), Counter())
        # Not through the router: with a server away it may ask that one which models there are (vllm-project/router#135).
        line[3] = counted[1].url
        again = subprocess.run(line, capture_output=True, text=True, check=True, env=environment).stdout
        assert sum((one.bodies for one in counted), Counter()) == asked, "all was stored, nothing is asked again"
    assert again == out
    held = store.held()
    repeats, in_flight = asked.total() - len(asked), counted[0].lost
    sys.stdout.write(
        f"{in_flight} requests in flight at the kill, {repeats} repeats among {asked.total()}, {sum(one.replies for one in held)} replies\n"
    )
    assert len(asked) == count == sum(one.replies for one in held), "one stored answer for each article's key"
    assert 0 < in_flight <= client_program.CONCURRENCY
    assert repeats <= in_flight
    assert min(one.bodies.total() for one in counted) > 0, "both were asked"


def test_a_llama_server_behind_the_router_is_killed(tmp_path):
    with llama(tmp_path / "one.log") as (first, server), llama(tmp_path / "two.log") as (second, _):
        one_is_killed([first, second], tmp_path, 60, server.kill)


@pytest.mark.skipif(not LONG, reason="takes minutes: make test-long")
@pytest.mark.timeout(1800)
def test_a_vllm_server_behind_the_router_is_killed(tiny_weights, tmp_path):
    with vllm_server(tiny_weights, tmp_path / "one.log") as (first, server), vllm_server(tiny_weights, tmp_path / "two.log") as (second, _):
        one_is_killed([first, second], tmp_path, 1000, lambda: os.kill(server.pid, signal.SIGKILL))
