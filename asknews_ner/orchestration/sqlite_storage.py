"""Dagster's storage in SQLite, quicker: named in dagster.yaml.

Dagster 1.13 opens four connections for each event of a run, each with a new SQLAlchemy engine, which compiles its statements anew. A
country's run writes a hundred events and more, which was half of its time (benchmarks/event_log.py). Files and
tables are Dagster's own: a home may be opened with its plain storage, too."""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, NullPool, create_engine

_MOST_ENGINES = 8  # the index and the runs of the last minutes; each run has a file of its own


class SqliteEventLog(SqliteEventLogStorage):
    """Dagster's event log with one engine for each of the last used files, and one transaction a file for a batch of events."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._batch: tuple[ExitStack, dict[str, Connection]] | None = None  # open connections by file
        super().__init__(base_dir, inst_data)
        self._db_lock = threading.RLock()  # type: ignore[assignment]  # Dagster's is taken again by the events of a batch

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """All of them or none, in each file."""
        with self._db_lock, ExitStack() as transactions:
            self._batch = transactions, {}
            try:
                super().store_event_batch(events)
            finally:
                self._batch = None

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            if self._batch is None:
                with self._transaction(shard) as connection:
                    yield connection
                return
            transactions, opened = self._batch
            if shard not in opened:
                opened[shard] = transactions.enter_context(self._transaction(shard))
            yield opened[shard]

    @contextmanager
    def _transaction(self, shard: str) -> Iterator[Connection]:
        engine = self._engine(shard)
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        with engine.connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> Engine:
        address = self.conn_string_for_shard(shard)
        if address not in self._engines:
            self._engines[address] = create_engine(address, poolclass=NullPool, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS})
        self._engines.move_to_end(address)
        if len(self._engines) > _MOST_ENGINES:
            self._engines.popitem(last=False)[1].dispose()
        return self._engines[address]


class SqliteStorage(DagsterSqliteStorage):
    """Runs, events and schedules in DAGSTER_HOME, as Dagster's default has them."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        self._event_log_storage = SqliteEventLog(self._event_log_storage._base_dir)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "SqliteStorage":
        """Dagster's own names its own class."""
        return cls.from_local(config_value["base_dir"], inst_data)
