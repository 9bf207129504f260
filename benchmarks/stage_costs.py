"""What an article costs in each stage, on one thread: CPU time, memory, bytes in the tables. The sheet docs/scale.md is made of these.

    ASKNEWS_NER_SHARED=FOLDER OMP_NUM_THREADS=1 python benchmarks/stage_costs.py stages [ARTICLES] [LAST STAGE]
    OMP_NUM_THREADS=1 python benchmarks/stage_costs.py copies [STORIES]

stages: ARTICLES (2,000) of the news corpus through all stages over tables, in this process, without Dagster; recipe `archive` with its
offline annotator, as far as the stage that is named last. 100 of them go first, so that loading and compiling count for nothing. The CPU
time of each stage, how much the process's peak of memory grew by it, and what each table takes on the disk a row (all rows of a table
written as one file, since the footers of 3,000 small files would count for more than the rows).
copies: `story_copies` over planted stories of one day, all within `copies.max_hours`: every pair is compared. Two sizes, so that the cost
of a pair can be told from the cost of a story. CPU time counts where others use the machine too."""

import dataclasses
import datetime as dt
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from partition_costs import news

from asknews_ner.diversify.copies import Story, find_copies
from asknews_ner.factory import pipeline
from asknews_ner.factory.outputs import refresh_topic_map
from asknews_ner.factory.stage import Stage
from asknews_ner.factory.vector_index import refresh_index
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import LANGUAGES, load_recipe
from asknews_ner.records import Article, Summary, SummaryVector
from asknews_ner.storage.tables import Partition

EARLY: tuple[Stage, ...] = (pipeline.ARTICLES, pipeline.CLEAN_ARTICLES)
MIDDLE: tuple[Stage, ...] = (pipeline.SUMMARIES, pipeline.SUMMARY_VECTORS)
LATE: tuple[Stage, ...] = (pipeline.ENTITY_LABELS, pipeline.NER_EXAMPLES)
DIMENSIONS = 768  # gte-base's
FIRST = 100
Step = tuple[str, Callable[[], object], Callable[[], int]]


def main(part: str, *given: str) -> None:
    if part == "stages":
        stages(int(given[0]) if given else 2000, given[1] if len(given) > 1 else "topic_map")
    else:
        copies(*map(int, given))


def stages(articles: int, last: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lines = list(news(articles))
        for _, do, _ in steps(opened(Path(folder) / "first", lines[:FIRST]), last):
            do()
        ws = opened(Path(folder) / "all", lines)
        print(f"{articles} articles, {sum(len(line.encode()) for line in lines) / articles:.0f} bytes each as delivered")
        print(f"{'stage':<18} {'rows made':>10} {'CPU s':>8} {'ms a row':>9} {'peak grew by MB':>16}")
        seconds: dict[str, float] = {}
        made: dict[str, int] = {}
        for name, do, rows in steps(ws, last):
            begun, before = cpu(), peak()
            do()
            seconds[name], made[name] = cpu() - begun, rows()
            per_row = seconds[name] / max(1, made[name]) * 1000
            print(f"{name:<18} {made[name]:>10} {seconds[name]:>8.1f} {per_row:>9.2f} {peak() - before:>16.0f}", flush=True)
        print(f"\n{'table':<24} {'rows':>8} {'bytes a row':>12}")
        sizes = {table: whole(ws, table) for table in tables(ws)}
        for table, (count, size) in sizes.items():
            print(f"{table:<24} {count:>8} {size / max(1, count):>12.0f}")
        print("\n| for docs/scale_inputs.yaml | |\n| --- | ---: |")
        for constant, value in constants(ws, seconds, made, sizes).items():
            print(f"| `{constant}` | {value:,.6g} |")


OF_A_SUMMARY = ("summaries", "fidelity", "story_copies", "duplicates", "topic_members", "spend/summaries")


def constants(ws: Workspace, seconds: dict[str, float], made: dict[str, int], sizes: dict[str, tuple[int, int]]) -> dict[str, float]:
    """The constants of the sheet: milliseconds of CPU and bytes, of an article, a summary, a vector or a labelled text."""

    def ms(rows: str, *names: str) -> float:
        return round(sum(seconds[name] for name in names) / max(1, made[rows]) * 1000, 2)

    before = resident()
    rows = ws.tables.read_all("articles", Article)
    in_memory = (resident() - before) / len(rows)
    found = {
        "arrivals_ms": ms("arrivals", "arrivals"),
        "early_ms": ms("arrivals", "articles", "clean_articles"),
        "bytes_in_memory": round(in_memory, -2),
        "arrivals_bytes": round(sizes["arrivals"][1] / sizes["arrivals"][0]),
    }
    if "topic_map" not in made:
        return found
    replies = sum(one.replies for one in ws.replies.held())
    return {
        **found,
        "summaries_ms": ms("summaries", "summaries"),
        "index_ms": ms("vector_index", "vector_index"),
        "sample_ms": ms("topic_map", "sample"),
        "map_ms": ms("topic_map", "topic_map", "distribution"),
        "dataset_ms": ms("entity_labels", "ner_examples", "dataset_examples", "leakage"),
        "summary_bytes": round(sum(sizes[name][1] for name in OF_A_SUMMARY) / sizes["summaries"][0]),
        "reply_bytes": round((ws.root.parent / "replies.sqlite").stat().st_size / replies),
    }


def opened(folder: Path, lines: list[str]) -> Workspace:
    drop = folder / "in"
    drop.mkdir(parents=True)
    (drop / "news.jsonl").write_text("".join(lines), encoding="utf-8")
    return Workspace(root=folder / "laptop", articles=drop, recipe=load_recipe("archive"))


def steps(ws: Workspace, last: str) -> Iterator[Step]:
    """(name, what does it, rows that its table has afterwards) of the stages in order, to the last one that is wanted."""
    for step in all_steps(ws):
        yield step
        if step[0] == last:
            return


def all_steps(ws: Workspace) -> Iterator[Step]:
    yield one(ws, pipeline.ARRIVALS, by_cell=True)
    for stage in EARLY:
        yield by_country(ws, stage)
    yield one(ws, pipeline.DUPLICATES)
    ws.encoder.encode(["loading is no cost of an article"])
    for stage in MIDDLE:
        yield by_country(ws, stage)
    yield one(ws, pipeline.STORY_COPIES)
    yield one(ws, pipeline.TOPICS)
    yield "vector_index", lambda: refresh_index(ws), lambda: rows_of(ws, "summary_vectors")
    yield one(ws, pipeline.SAMPLE)
    yield one(ws, pipeline.DISTRIBUTION)
    for stage in LATE:
        yield by_country(ws, stage)
    yield one(ws, pipeline.SPLIT)
    yield one(ws, pipeline.LEAKAGE)
    yield "topic_map", lambda: refresh_topic_map(ws), lambda: ws.tables.row_count("topic_members")


def one(ws: Workspace, stage: Stage, by_cell: bool = False) -> Step:
    made = (lambda: rows_of(ws, stage.name)) if by_cell else (lambda: ws.tables.row_count(stage.name))
    return stage.name, lambda: stage.refresh(ws, None), made


def by_country(ws: Workspace, stage: Stage) -> Step:
    countries = sorted({cell.country for cell in ws.tables.partitions("arrivals")})

    def refresh() -> None:
        for country in countries:
            list(stage.refresh_many(ws, [Partition(country, language) for language in LANGUAGES]))

    return stage.name, refresh, lambda: rows_of(ws, stage.name)


def rows_of(ws: Workspace, table: str) -> int:
    return sum(ws.tables.row_count(table, cell) for cell in ws.tables.partitions(table))


def tables(ws: Workspace) -> list[str]:
    found = {path.relative_to(ws.tables.root).as_posix() for path in ws.tables.root.rglob("part.parquet")}
    return sorted({name.split("/country=")[0].removesuffix("/part.parquet") for name in found})


def whole(ws: Workspace, table: str) -> tuple[int, int]:
    """(rows, bytes) of all cells of a table in one file."""
    files = sorted((ws.tables.root / table).glob("country=*/language=*/part.parquet")) or [ws.tables.path(table)]
    rows = pa.concat_tables([pq.ParquetFile(file).read().replace_schema_metadata(None) for file in files])
    out = ws.root / "whole.parquet"
    pq.write_table(rows, out, compression="zstd", version="2.6", store_schema=True)
    return rows.num_rows, out.stat().st_size


def copies(stories: int = 16384) -> None:
    recipe = load_recipe("asknews_ner_v0")
    find_copies(list(planted(2048)), recipe.copies, recipe.embed)  # loads and warms what it needs
    found = []
    for count in (stories // 2, stories):
        made = list(planted(count))
        begun = cpu()
        find_copies(made, recipe.copies, recipe.embed)
        found.append((count, cpu() - begun))
        print(f"{count} stories of one day, {DIMENSIONS} dimensions: {found[-1][1]:.2f} s of CPU")
    (n, first), (m, second) = found
    # a story costs a, a pair b: first = a n + b n²/2, second = a m + b m²/2
    pair = 2 * (second / m - first / n) / (m - n)
    print(f"a pair {pair * 1e9:.1f} ns, a story {(second / m - pair * m / 2) * 1000:.3f} ms, peak {peak():.0f} MB")


def planted(count: int) -> Iterator[Story]:
    """Stories without a word, their vectors drawn at random: none is near another, so that the cosines alone cost."""
    draw = np.random.default_rng(1)
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for number in range(count):
        vector = draw.normal(size=DIMENSIONS)
        vector /= np.linalg.norm(vector)
        common = {"article_id": f"{number:07d}", "country": "GB", "language": "en", "published_at": start + dt.timedelta(seconds=number)}
        summary: Summary = with_nothing_else(Summary, summary_language="en", **common)
        yield Story(summary, with_nothing_else(SummaryVector, vector=tuple(map(float, vector)), **common))


def with_nothing_else(record: type, **values: object) -> Any:
    return record(**{**{field.name: "" for field in dataclasses.fields(record)}, **values})


def cpu() -> float:
    return time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


if __name__ == "__main__":
    main(*sys.argv[1:])
