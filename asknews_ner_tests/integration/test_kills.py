"""SIGKILL of the client and of the server at random instants: what was committed stays, and is never asked for again."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from asknews_ner.annotate.llm.vllm_server import managed
from asknews_ner.storage.replies import ReplyStore
from asknews_ner_tests.integration import client_program
from asknews_ner_tests.integration.conftest import LONG, VLLM_KEY, free_port, small_vllm
from asknews_ner_tests.integration.counting_proxy import counting
from asknews_ner_tests.integration.scripted_llm import MODEL, Say, prompt_of, scripted

pytestmark = pytest.mark.slow
KILLS = 20 if LONG else 6
"""`make test-long` kills the client twenty times, `make test` six."""
SETTLED = 0.3  # seconds after a kill, in which what the dead client had sent still reaches the server


def client(url, address, count):
    """The client as a process, and the same run to its end."""
    line = [sys.executable, "-m", client_program.__name__, url, address, str(count)]
    environment = {**os.environ, "ASKNEWS_NER_LLM_API_KEY": VLLM_KEY}

    def begin():
        return subprocess.Popen(line, stdout=subprocess.DEVNULL, env=environment)

    def finish():
        return subprocess.run(line, capture_output=True, text=True, check=True, env=environment).stdout

    return begin, finish


def wait_for_requests(process, asked, number):
    """Until so many more requests reached the server."""
    enough = asked() + number
    while asked() < enough:
        assert process.poll() is None, "the client ended by itself"
        time.sleep(0.01)


def kill_at_random(process, asked, draw, longest):
    """SIGKILL a client some time after its first new request."""
    wait_for_requests(process, asked, 1)
    time.sleep(draw.uniform(0.0, longest))
    assert process.poll() is None, "all was done before the kill"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    time.sleep(SETTLED)


def committed_in(store):
    return {reply.key: reply.text for reply in store.show("", limit=10**6)}


@pytest.mark.timeout(600)
def test_a_client_that_is_killed_asks_again_only_for_what_was_in_flight(tmp_path):
    """The server counts: each reply that was committed is never asked for again."""
    count, draw = 200 * KILLS, random.Random(3)
    address = f"sqlite:///{tmp_path / 'replies.sqlite'}"
    store, answered, in_flight = ReplyStore(address), Counter(), 0

    def script(body):
        number = prompt_of(body).split("Text ")[1].split(".")[0]
        answered[number] += 1
        text = f"A ship ran aground near port {number} ({answered[number]})."
        return Say(json.dumps({"title": "T", "summary": text}), delay=draw.uniform(0.0, 0.1))

    with scripted(script) as server:
        begin, finish = client(server.url, address, count)
        for _ in range(KILLS):
            kill_at_random(begin(), lambda: len(server.seen), draw, 0.6)
            in_flight += len(answered) - len(committed_in(store))
        committed = committed_in(store)
        done = [finish() for _ in range(2)]
    repeats = len(server.seen) - count
    sys.stdout.write(f"{KILLS} kills of the client: {in_flight} requests in flight at the kills, {repeats} repeats\n")
    assert done[0] == done[1]
    assert done[0].split()[1] == str(count)
    assert 0 < repeats <= in_flight <= KILLS * client_program.CONCURRENCY
    assert committed.items() <= committed_in(store).items(), "a committed reply was replaced"


@pytest.mark.skipif(not LONG, reason="takes minutes: make test-long")
@pytest.mark.timeout(1800)
def test_client_and_real_server_killed_cost_only_what_was_in_flight(tiny_weights, tmp_path):
    """Twenty SIGKILLs of the client, two of vLLM. Random weights answer differently each time: the store decides the table."""
    draw, address = random.Random(5), f"sqlite:///{tmp_path / 'replies.sqlite'}"
    store, at_client, at_server = ReplyStore(address), 0, 0
    settings = small_vllm(tiny_weights, served_name=MODEL, port=free_port(), max_num_queued=None)
    with counting(settings.port) as server:
        begin, finish = client(server.url, address, 2000)
        waiting = None
        for turn in range(2):
            with managed(settings, tmp_path / f"{turn}.log") as vllm:
                for _ in range(KILLS // 2):
                    kill_at_random(waiting or begin(), server.bodies.total, draw, 1.5)
                    at_client += len(server.bodies) - len(committed_in(store))
                    waiting = None
                waiting = begin()  # this one lives on when the server dies, and waits for the next
                wait_for_requests(waiting, server.bodies.total, 30)
                os.kill(waiting.pid, signal.SIGSTOP)  # so that the count holds at the instant of the kill
                time.sleep(0.05)  # what it had sent is at the server
                at_server += server.under_way
                os.kill(vllm.pid, signal.SIGKILL)
                os.kill(waiting.pid, signal.SIGCONT)
        committed = committed_in(store)
        with managed(settings, tmp_path / "last.log"):
            assert waiting.wait(900) == 0, "the client that waited for the server did not end well"
            asked = server.bodies.total()
            done = [finish() for _ in range(2)]
    sys.stdout.write(
        f"{KILLS} kills of the client, 2 of the server: {at_client} + {at_server} requests in flight at the kills, "
        f"{server.repeats} repeats among {server.bodies.total()} requests, {len(committed_in(store))} replies\n"
    )
    assert server.bodies.total() == asked, "all was stored, nothing is asked again"
    assert done[0] == done[1]
    assert 0 < server.repeats <= at_client + at_server
    assert committed.items() <= committed_in(store).items(), "a committed reply was replaced"
