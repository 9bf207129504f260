"""Our asking (retries, judging, every reply committed to the store) against a bare loop over aiohttp, on a real vLLM server.

    ASKNEWS_NER_VLLM=FOLDER/env/bin/vllm python benchmarks/llm_client.py [REQUESTS [PAIRS]]

deploy/vllm-cpu/install.sh FOLDER makes that environment. The bare loop first looks for the concurrency at which the server does most;
there, interleaved pairs get the same request bodies, in turn the one or the other first. Both must do the same work: greedy decoding
(no per-request seed: it kills the CPU build) and no prefix cache, from which whoever comes second would gain. Prints requests a
second, the CPU time of the client a request, every pair's ratio and their median.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import aiohttp

from asknews_ner.annotate.annotator import TaskInput
from asknews_ner.annotate.ask import ask
from asknews_ner.annotate.llm.annotator import LlmAnnotator
from asknews_ner.annotate.llm.client import Endpoint
from asknews_ner.annotate.llm.vllm_server import VllmSettings, managed
from asknews_ner.annotate.tasks import render, schema_of
from asknews_ner.annotate.topic_names import input_of
from asknews_ner.recipe import load_recipe
from asknews_ner.storage.replies import ReplyStore
from asknews_ner_tests.integration.tiny_weights import make_weights

PAIRS = 5
CATEGORIES = load_recipe("laptop").topics.categories
CONCURRENCIES = (16, 32, 64, 128, 256)
CHOICE = (
    load_recipe("laptop")
    .with_model("tiny")
    .annotate.name_topics.model_copy(update={"max_output_tokens": 40, "temperature": 0.0, "attempts": 1})
)


def inputs(count: int, pair: int) -> list[TaskInput]:
    return [
        input_of([("en", f"Pair {pair}, story {n}: the harbour of Oslo stayed closed on Monday " * 6)], CATEGORIES) for n in range(count)
    ]


async def bare(url: str, prompts: list[str], concurrency: int) -> None:
    schema = {
        "type": "json_schema",
        "json_schema": {"name": "name_topics", "schema": schema_of("name_topics", "\n".join(CATEGORIES)), "strict": True},
    }
    waiting = iter(prompts)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=concurrency, keepalive_timeout=4)) as session:

        async def worker() -> None:
            for prompt in waiting:
                body = {"model": "tiny", "messages": [{"role": "user", "content": prompt}], "temperature": 0.0, "max_tokens": 40}
                body |= {"response_format": schema, "repetition_detection": {"max_pattern_size": 16, "min_count": 12}}
                async with session.post(f"{url}/chat/completions", json=body) as response:
                    response.raise_for_status()
                    await response.json()

        await asyncio.gather(*(worker() for _ in range(concurrency)))


def _bare(url: str, prompts: list[str], concurrency: int) -> None:
    asyncio.run(bare(url, prompts, concurrency))


def ours(url: str, given: list[TaskInput], concurrency: int, store: ReplyStore) -> None:
    annotator = LlmAnnotator(Endpoint(url, "", concurrency), CHOICE)
    asked = ask(annotator, "name_topics", given, store, lambda *_: None, lambda *_: None)
    assert asked.computed == len(given)


def timed(work: Callable[[], object], count: int) -> tuple[float, float]:
    """Requests a second, and milliseconds of this process's CPU a request."""
    started, cpu = time.perf_counter(), time.process_time()
    work()
    return count / (time.perf_counter() - started), 1000 * (time.process_time() - cpu) / count


def prompts_of(given: list[TaskInput]) -> list[str]:
    return [render(CHOICE.prompt, one) for one in given]


def best_concurrency(url: str, count: int) -> int:
    """The best of three rounds at each."""
    rates = dict.fromkeys(CONCURRENCIES, 0.0)
    for turn in range(3):
        for concurrency in CONCURRENCIES:
            prompts = prompts_of(inputs(count, 1000 * concurrency + turn))
            rate, _ = timed(partial(_bare, url, prompts, concurrency), count)
            rates[concurrency] = max(rates[concurrency], rate)
    print("bare loop:", ", ".join(f"{rate:.1f} requests/s at {concurrency}" for concurrency, rate in rates.items()), flush=True)
    return max(rates, key=rates.__getitem__)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    pairs = int(sys.argv[2]) if len(sys.argv) > 2 else PAIRS
    folder = Path(tempfile.mkdtemp())
    make_weights(folder / "tiny")
    settings = VllmSettings(
        str(folder / "tiny"), served_name="tiny", executable=os.environ["ASKNEWS_NER_VLLM"], max_model_len=4096, max_num_seqs=256,
        prefix_caching=False, more_arguments=("--enforce-eager", "--max-num-batched-tokens", "131072"),
        environment={"VLLM_CPU_KVCACHE_SPACE": "1", "HF_HUB_OFFLINE": "1", "VLLM_LOGGING_LEVEL": "WARNING"},
    )  # fmt: skip
    with managed(settings, folder / "server.log") as server:
        ours(server.url, inputs(200, -1), 16, ReplyStore(f"sqlite:///{folder / 'warm.sqlite'}"))
        concurrency = best_concurrency(server.url, count)
        rates: dict[str, list[tuple[float, float]]] = {"bare": [], "ours": []}
        for pair in range(pairs):
            given = inputs(count, pair)
            prompts, store = prompts_of(given), ReplyStore(f"sqlite:///{folder / f'{pair}.sqlite'}")
            for name in sorted(rates, reverse=bool(pair % 2)):
                if name == "bare":
                    rates[name].append(timed(partial(_bare, server.url, prompts, concurrency), count))
                else:
                    rates[name].append(timed(partial(ours, server.url, given, concurrency, store), count))
        for name, values in rates.items():
            rate, cpu = (statistics.median(part) for part in zip(*values, strict=True))
            print(f"{name} at {concurrency}: {rate:.1f} requests/s, {cpu:.2f} ms of the client's CPU a request")
        ratios = [mine[0] / theirs[0] for mine, theirs in zip(rates["ours"], rates["bare"], strict=True)]
        print(f"ratios {', '.join(f'{ratio:.3f}' for ratio in ratios)}; median {statistics.median(ratios):.3f}")


if __name__ == "__main__":
    main()
