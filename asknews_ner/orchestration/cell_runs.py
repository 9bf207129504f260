"""Which run materialised which cell, as Dagster's event log tells."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

import dagster as dg

from asknews_ner.records import CellRun
from asknews_ner.storage.tables import Partition


def cell_runs(instance: dg.DagsterInstance, stages: Sequence[str], cells: Iterable[Partition], whole: Sequence[str]) -> Iterator[CellRun]:
    """The last materialisation of each cell of `stages`, and of each stage of `whole`; none for what Dagster did not make."""
    for stage in stages:
        for cell in sorted(cells):
            key = dg.MultiPartitionKey({"country": cell.country, "language": cell.language})
            yield from _last(instance, stage, cell, dg.AssetRecordsFilter(dg.AssetKey(stage), asset_partitions=[key]))
    for stage in whole:
        yield from _last(instance, stage, Partition("", ""), dg.AssetRecordsFilter(dg.AssetKey(stage)))


def _last(instance: dg.DagsterInstance, stage: str, cell: Partition, wanted: dg.AssetRecordsFilter) -> Iterator[CellRun]:
    for record in instance.fetch_materializations(wanted, limit=1).records:
        yield CellRun(stage, cell.country, cell.language, record.run_id, dt.datetime.fromtimestamp(record.timestamp, dt.UTC))
