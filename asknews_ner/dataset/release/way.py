"""The way of one example, read from the files of its release."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from asknews_ner.dataset.release.checksums import PROVENANCE
from asknews_ner.dataset.release.errors import ReleaseError
from asknews_ner.records import AnnotatorUse, CellRun, ExampleLineage, ReleasedExample, ReplyClock, SpanLineage
from asknews_ner.storage.schema import from_arrow


@dataclass(frozen=True)
class Way:
    """One example, its spans, and what is known of them. Replies' clocks and runs are empty if the release came without its provenance."""

    example: ReleasedExample
    lineage: ExampleLineage
    spans: Sequence[SpanLineage]
    replies: Sequence[ReplyClock]
    runs: Sequence[CellRun]


def way_of(release: Path, article_id: str) -> Way:
    """Raises ReleaseError if the folder is no release, or has no such example."""
    shards = sorted(release.glob("data/*.parquet"))
    if not shards or not (release / "lineage" / "examples.parquet").is_file():
        raise ReleaseError(f"{release} is not the folder of a release: it lacks data/ or lineage/")
    examples = [row for shard in shards for row in _rows(shard, ReleasedExample, article_id)]
    if not examples:
        raise ReleaseError(f"the release at {release} has no example of article {article_id!r}")
    provenance, example = release / PROVENANCE, examples[0]
    cells = from_arrow(CellRun, pq.read_table(provenance / "cells.parquet")) if (provenance / "cells.parquet").is_file() else []
    return Way(
        example=example,
        lineage=_rows(release / "lineage" / "examples.parquet", ExampleLineage, article_id)[0],
        spans=_rows(release / "lineage" / "spans.parquet", SpanLineage, article_id),
        replies=_rows(provenance / "replies.parquet", ReplyClock, article_id),
        runs=[row for row in cells if (row.country, row.language) in {("", ""), (example.country, example.language)}],
    )


def _rows(file: Path, record: Any, article_id: str) -> list[Any]:
    if not file.is_file():
        return []
    table = pq.ParquetFile(file).read()
    return from_arrow(record, table.filter(pc.equal(table["article_id"], article_id)))


def way_lines(way: Way) -> Iterator[str]:
    """The way in words, from the spans to the article."""
    example, lineage = way.example, way.lineage
    yield f"{example.article_id}  {example.country} {example.language}, {example.split}, topic {example.topic or 'none'}"
    for span in way.spans:
        place = f"words {span.start}-{span.end}, characters {span.start_char}-{span.end_char}"
        yield f"  {span.label:<14} {span.surface!r}  {place}, marked by {', '.join(span.marked_by)}"
    replies = {row.reply: row for row in way.replies}
    for task, use in (*(("labelled", one) for one in lineage.labels), ("summarised", lineage.summary)):
        yield from _use_lines(task, use, replies.get(use.reply or ""))
    where = lineage.url or f"{lineage.article_id} (no address was given)"
    yield f"article     {where}, {lineage.publisher or 'publisher not named'}, licence {lineage.licence or 'not stated'}"
    yield f"robots      {lineage.robots}"
    yield f"content     {lineage.content_hash}"
    yield f"read from   {lineage.source}; published {_time(example.published_at)}, fetched {_time(lineage.fetched_at)}"
    for run in way.runs:
        yield f"run         {run.stage:<16} {run.run_id}  {_time(run.materialised_at)}"


def _use_lines(task: str, use: AnnotatorUse, reply: ReplyClock | None) -> Iterator[str]:
    model = f"model {use.model}, revision {use.revision or 'not stated'}, prompt {use.prompt or 'none'}"
    yield f"{task:<11} by {use.annotator}: {model}, settings {use.fingerprint[:12]}"
    if use.reply is None:
        yield "            its reply is not in the store any more"
    elif reply is None:
        yield f"            reply {use.reply}"
    else:
        served = f", served {reply.served}" if reply.served else ""
        tokens = f"{reply.prompt_tokens} + {reply.completion_tokens} tokens"
        yield f"            reply {use.reply}, attempt {reply.attempt}, {tokens}, stored {_time(reply.stored_at)}{served}"


def _time(moment: dt.datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else "not known"
