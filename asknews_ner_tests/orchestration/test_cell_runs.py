"""Which run made a cell is read from the event log of Dagster itself."""

import dagster as dg

from asknews_ner.orchestration.cell_runs import cell_runs
from asknews_ner.orchestration.partitions import COUNTRY_LANGUAGE, ONE_RUN
from asknews_ner.storage.tables import Partition


def test_the_last_run_of_each_cell_and_of_each_whole_stage():
    @dg.asset(partitions_def=COUNTRY_LANGUAGE, backfill_policy=ONE_RUN)
    def summaries() -> None: ...

    @dg.asset
    def sample() -> None: ...

    with dg.DagsterInstance.ephemeral() as instance:

        def run(asset, key=None):
            return dg.materialize([asset], instance=instance, partition_key=key).run_id

        run(summaries, dg.MultiPartitionKey({"country": "GB", "language": "en"}))
        british = run(summaries, dg.MultiPartitionKey({"country": "GB", "language": "en"}))
        swedish = run(summaries, dg.MultiPartitionKey({"country": "SE", "language": "sv"}))
        run(sample)
        whole = run(sample)
        cells = [Partition("SE", "sv"), Partition("GB", "en"), Partition("NO", "no")]
        found = list(cell_runs(instance, ["summaries", "entity_labels"], cells, ["sample", "arrivals"]))
    assert [(row.stage, row.country, row.language, row.run_id) for row in found] == [
        ("summaries", "GB", "en", british),
        ("summaries", "SE", "sv", swedish),
        ("sample", "", "", whole),
    ]
    assert all(row.materialised_at.tzinfo is not None for row in found)
