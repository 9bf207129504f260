"""Dagster's storage in SQLite with kept engines and a transaction for a batch: the same files, the same events, all or none of a batch."""

import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage

from asknews_ner.orchestration.sqlite_storage import SqliteEventLog, SqliteStorage
from asknews_ner.terminal.instance import packaged_settings

LANGUAGES = dg.StaticPartitionsDefinition(["da", "en", "sv"])


@dg.asset(partitions_def=LANGUAGES, backfill_policy=dg.BackfillPolicy.single_run())
def news(context: dg.AssetExecutionContext):
    return dg.MaterializeResult(metadata={"rows": len(context.partition_keys)})


@dg.asset_check(asset=news)
def any_news():
    return dg.AssetCheckResult(passed=True)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("DAGSTER_EVENT_BATCH_SIZE", "50")
    (tmp_path / "dagster.yaml").write_text(packaged_settings(), encoding="utf-8")
    return tmp_path


def materialise(instance):
    tags = {"dagster/asset_partition_range_start": "da", "dagster/asset_partition_range_end": "sv"}
    return dg.materialize([news, any_news], instance=instance, tags=tags).run_id


def events(instance, run_id):
    entries = [record.event_log_entry for record in instance.get_records_for_run(run_id).records]
    return [(entry.get_dagster_event().event_type_value, dg.serialize_value(entry)) for entry in entries if entry.is_dagster_event]


def test_plain_dagster_reads_the_same_events_in_the_same_files(home):
    with dg.DagsterInstance.get() as instance:
        assert isinstance(instance.event_log_storage, SqliteEventLog)
        run_id = materialise(instance)
        written = events(instance, run_id)
        assert instance.get_materialized_partitions(news.key) == {"da", "en", "sv"}
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    with dg.DagsterInstance.get() as instance:
        assert type(instance.event_log_storage) is SqliteEventLogStorage
        assert events(instance, run_id) == written
        assert instance.get_materialized_partitions(news.key) == {"da", "en", "sv"}
        kinds = [kind for kind, _ in events(instance, materialise(instance))]
    assert [kind for kind, _ in written] == kinds
    assert kinds.count("ASSET_MATERIALIZATION") == kinds.count("ASSET_MATERIALIZATION_PLANNED") == 3
    assert kinds.count("ASSET_CHECK_EVALUATION") == 1


def test_an_event_that_cannot_be_written_leaves_none_of_its_batch(home, monkeypatch):
    with dg.DagsterInstance.get() as instance:
        storage, run_id = instance.event_log_storage, materialise(instance)
        before = events(instance, run_id)
        entries = [record.event_log_entry for record in instance.get_records_for_run(run_id).records]
        stored, calls = SqliteEventLogStorage.store_event, []

        def third_fails(self, event):
            calls.append(event)
            if len(calls) == 3:
                raise OSError("disk full")
            stored(self, event)

        monkeypatch.setattr(SqliteEventLogStorage, "store_event", third_fails)
        with pytest.raises(OSError, match="disk full"):
            storage.store_event_batch(entries)
        assert len(calls) == 3
        assert events(instance, run_id) == before
        storage.store_event_batch(entries[:2])  # and the next one is written
        assert len(events(instance, run_id)) == len(before) + 2


def test_no_more_files_are_open_than_a_few(home):
    with dg.DagsterInstance.get() as instance:
        for _ in range(12):
            materialise(instance)
        assert len(instance.event_log_storage._engines) <= 8
        assert len(instance.get_run_records()) == 12


def test_two_processes_write_into_one_home(home):
    """The index is one file: each waits for the other's transaction."""
    with dg.DagsterInstance.get():
        pass  # the home is made by one
    program = (
        "import dagster as dg\n"
        "from asknews_ner_tests.orchestration.test_sqlite_storage import materialise\n"
        "with dg.DagsterInstance.get() as instance:\n"
        "    for _ in range(4):\n"
        "        materialise(instance)\n"
    )
    both = [subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[2], stderr=subprocess.PIPE) for _ in range(2)]
    said = [process.communicate(timeout=300)[1].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    with dg.DagsterInstance.get() as instance:
        records = instance.get_run_records()
        assert [record.dagster_run.status for record in records] == [dg.DagsterRunStatus.SUCCESS] * 8
        wanted = dg.AssetRecordsFilter(asset_key=news.key)
        assert len(instance.fetch_materializations(wanted, limit=100).records) == 24


def test_it_is_dagster_s_own_storage_but_for_the_events(tmp_path):
    storage = SqliteStorage.from_local(str(tmp_path))
    plain = DagsterSqliteStorage.from_local(str(tmp_path))
    assert type(storage.run_storage) is type(plain.run_storage) and type(storage.schedule_storage) is type(plain.schedule_storage)
    assert storage.event_log_storage.path_for_shard("index") == plain.event_log_storage.path_for_shard("index")
