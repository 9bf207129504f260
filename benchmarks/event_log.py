"""What Dagster's bookkeeping costs a country's run: its own storage in SQLite against the one in dagster.yaml.

    python benchmarks/event_log.py [--runs 8]

A run materialises two assets of twelve partitions each, without work of their own. Both storages take turns, each in a home of its own."""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

import dagster as dg

LANGUAGES = dg.StaticPartitionsDefinition([f"l{number}" for number in range(12)])
KEPT = """storage:
  custom: {module: asknews_ner.orchestration.sqlite_storage, class: SqliteStorage, config: {base_dir: {env: DAGSTER_HOME}}}
"""


@dg.asset(partitions_def=LANGUAGES, backfill_policy=dg.BackfillPolicy.single_run())
def articles(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Nothing, for twelve languages."""
    return dg.MaterializeResult(metadata={"computed": len(context.partition_keys)})


@dg.asset(partitions_def=LANGUAGES, backfill_policy=dg.BackfillPolicy.single_run(), deps=[articles])
def clean_articles(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Nothing again."""
    return dg.MaterializeResult(metadata={"computed": len(context.partition_keys)})


def seconds_of_run(home: Path) -> float:
    """Wall-clock seconds of one run in this home."""
    os.environ["DAGSTER_HOME"] = str(home)
    keys = LANGUAGES.get_partition_keys()
    with dg.DagsterInstance.get() as instance:
        started = time.perf_counter()
        tags = {"dagster/asset_partition_range_start": keys[0], "dagster/asset_partition_range_end": keys[-1]}
        quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
        dg.materialize([articles, clean_articles], instance=instance, tags=tags, run_config=quiet)
        return time.perf_counter() - started


def main() -> None:
    """Print the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=8, help="runs of each storage")
    runs = parser.parse_args().runs
    os.environ["DAGSTER_EVENT_BATCH_SIZE"] = "50"  # as the command line sets it
    with tempfile.TemporaryDirectory() as folder:
        homes = {name: Path(folder) / name for name in ("dagster", "ours")}
        for name, home in homes.items():
            home.mkdir()
            (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n" + (KEPT if name == "ours" else ""), encoding="utf-8")
            seconds_of_run(home)  # makes the databases
        taken: dict[str, list[float]] = {name: [] for name in homes}
        for _ in range(runs):
            for name, home in homes.items():
                taken[name].append(seconds_of_run(home))
    medians = {name: statistics.median(values) for name, values in taken.items()}
    for name, median in medians.items():
        print(f"{name:<8} {median:.2f} s a run of 24 partitions ({min(taken[name]):.2f}-{max(taken[name]):.2f})")
    print(f"ratio    {medians['dagster'] / medians['ours']:.2f}")


if __name__ == "__main__":
    main()
