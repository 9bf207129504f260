"""What a Ray cluster of two nodes with one core each brings on this machine, and what it costs.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/ray_batches.py [--articles 2000] [--rounds 3] [--separated]

(a) Stages bound by the processor, over real articles: the stage's own work on the stage's own batches, in this process and on the cluster
in turns; seconds of each round, and the median of the rounds' ratios. The first round on the cluster starts workers and loads models; it
is shown and not counted. (b) Small data: one batch of one article. (c) The same batches by Ray's tasks, as the pipeline does it, and by
Ray Data's map_batches. `--separated`: each node in a network namespace of its own (as root). Results are compared, too."""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from asknews_ner.acquire.extract.in_batches import ReadPages
from asknews_ner.annotate.offline.annotator import ApplyRules
from asknews_ner.batches.mapper import HERE, Batch, Mapper, Work, batches_of
from asknews_ner.batches.on_ray import RayMapper
from asknews_ner.clean.duplicates import SketchTexts
from asknews_ner.diversify.embedding.encoders import SentenceTransformerEncoder
from asknews_ner.diversify.embedding.vectors import EmbedTexts
from asknews_ner.recipe import LANGUAGES, load_recipe
from asknews_ner_tests.batches.cluster import environment, two_nodes

RECIPE = load_recipe("laptop")
_INSIDE = "--inside"


def stages(articles: pd.DataFrame) -> dict[str, tuple[Work, list[Batch]]]:
    """By name: what is done, and the batches that the stage forms (their sizes are the stages' own)."""
    texts = pa.table({"text": articles.text.tolist()})
    inputs = pa.table({"title": articles.title.tolist(), "text": articles.text.tolist(), "language": articles.language.tolist()})
    leads = pa.table({"text": [text[:600] for text in articles.text], "language": articles.language.tolist()})
    pages = pa.table(
        {
            "body": pa.array(
                [page(title, text) for title, text in zip(articles.title.tolist(), articles.text.tolist(), strict=True)], pa.binary()
            ),
            "url": [f"https://news.example/{number}" for number in range(len(articles))],
            "content_type": ["text/html; charset=utf-8"] * len(articles),
        }
    )
    encoder = SentenceTransformerEncoder(RECIPE.embed)
    return {
        "duplicates: shingles, MinHash": (SketchTexts(RECIPE.duplicates), list(batches_of(texts, 200, "texts"))),
        "offline annotator: summaries": (
            ApplyRules("summarise", RECIPE.annotate.offline, RECIPE.topics.name_words, False), list(batches_of(inputs, 32, "inputs")),
        ),
        "embedding (MiniLM and names)": (EmbedTexts(RECIPE.embed, encoder), list(batches_of(leads, 256, "texts"))),
        "extraction of pages": (ReadPages(RECIPE.extract), list(batches_of(pages, 32, "pages"))),
    }  # fmt: skip


def page(title: str, text: str) -> bytes:
    """A page around a real text: menus and links, as many as pages have."""
    menu = "".join(f'<li><a href="/s/{number}">Section {number}</a></li>' for number in range(200))
    paragraphs = "".join(f"<p>{part}</p>" for part in text.split("\n") if part)
    head, body = f"<head><title>{title}</title></head>", f"<ul>{menu}</ul><article><h1>{title}</h1>{paragraphs}</article>"
    return f"<html>{head}<body>{body}</body></html>".encode()


def timed(work: Work, batches: Sequence[Batch], mapper: Mapper) -> tuple[float, list[pa.Table]]:
    started = time.perf_counter()
    made = list(mapper.map(work, batches))
    return time.perf_counter() - started, made


def apart(one: Iterable[pa.Table], other: Iterable[pa.Table]) -> str:
    """`the same`, or how far numbers are apart."""
    pairs = list(zip(one, other, strict=True))
    if all(left.equals(right) for left, right in pairs):
        return "the same"
    vectors = [(np.array(left["vector"].to_pylist()), np.array(right["vector"].to_pylist())) for left, right in pairs]
    return f"vectors {max(float(np.abs(left - right).max()) for left, right in vectors):.1e} apart"


def by_ray_data(work: Work, batches: Sequence[Batch]) -> list[pa.Table]:
    import ray.data

    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
    found = ray.data.from_arrow([batch.rows for batch in batches]).map_batches(work.__call__, batch_format="pyarrow", batch_size=None)
    return [pa.concat_tables(found.iter_batches(batch_format="pyarrow", batch_size=None))]


def median_seconds(task: Callable[[], object], rounds: int) -> float:
    found = []
    for _ in range(rounds):
        started = time.perf_counter()
        task()
        found.append(time.perf_counter() - started)
    return statistics.median(found)


def measure(address: str, articles: int, rounds: int) -> None:
    """On a node of the cluster."""
    shared = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "news"
    each = [pd.read_parquet(shared / f"articles_{language}.parquet").sort_values("article_id") for language in LANGUAGES]
    news = pd.concat([frame.head(articles // len(LANGUAGES)) for frame in each]).sort_values("article_id").fillna({"title": ""})
    cluster = RayMapper(address)
    started = time.perf_counter()
    sketches, texts = stages(news)["duplicates: shingles, MinHash"]
    one = Batch("one", texts[0].rows.slice(0, 1))
    timed(sketches, [one], cluster)
    print(f"\nconnected, first worker and first batch: {time.perf_counter() - started:.1f} s")
    print("\n| work | batches | first round | here, s | cluster, s | ratio (rounds) | results |")
    print("| --- " + "| ---: " * 5 + "| --- |")
    for name, (work, batches) in stages(news).items():
        timed(work, batches[:1], HERE)  # loads models and word lists
        first, _ = timed(work, batches, cluster)
        pairs = [(timed(work, batches, HERE), timed(work, batches, cluster)) for _ in range(rounds)]
        ratios = [here[0] / there[0] for here, there in pairs]
        same = {apart(here[1], there[1]) for here, there in pairs}
        print(
            f"| {name} | {len(batches)} | {first:.1f} s | {statistics.median(here[0] for here, _ in pairs):.2f} | "
            f"{statistics.median(there[0] for _, there in pairs):.2f} | {statistics.median(ratios):.2f} "
            f"({min(ratios):.2f} to {max(ratios):.2f}) | {'; '.join(sorted(same))} |",
            flush=True,
        )
    print("\nsmall data, one article, warm:")
    here = median_seconds(lambda: timed(sketches, [one], HERE), 20)
    there = median_seconds(lambda: timed(sketches, [one], cluster), 20)
    print(f"here {here * 1000:.2f} ms, cluster {there * 1000:.2f} ms: {(there - here) * 1000:.2f} ms more")
    print("\n| batches of 10 articles | Ray's tasks, s | Ray Data, s | Ray Data by tasks |\n| ---: | ---: | ---: | ---: |")
    small = list(batches_of(pa.concat_tables(batch.rows for batch in texts), 10, "texts"))
    by_ray_data(sketches, small[:1])
    for count in (1, 8, 100):
        tasks = median_seconds(lambda count=count: timed(sketches, small[:count], cluster), rounds)  # type: ignore[misc]
        data = median_seconds(lambda count=count: by_ray_data(sketches, small[:count]), rounds)  # type: ignore[misc]
        print(f"| {count} | {tasks:.3f} | {data:.2f} | {data / tasks:.1f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--separated", action="store_true")
    parser.add_argument(_INSIDE, default="", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        measure(given.inside, given.articles, given.rounds)
        return
    with tempfile.TemporaryDirectory() as folder, two_nodes(given.separated) as cluster:
        command = [*cluster.nodes[0].inside, sys.executable, __file__, _INSIDE, cluster.address, f"--articles={given.articles}"]
        variables = {**environment(Path(folder)), "OMP_NUM_THREADS": "1"}
        subprocess.run([*command, f"--rounds={given.rounds}"], env=variables, check=True)


if __name__ == "__main__":
    main()
