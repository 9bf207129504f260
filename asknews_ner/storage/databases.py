"""Engines of the stores that outlive a run: SQLite in a file, or PostgreSQL by address (for several machines), both through SQLAlchemy."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine

from asknews_ner.storage.locks import lock_of, locked

BATCH = 500
"""Keys of one statement; SQLite allows 32,766 variables."""
_MAKING_TABLES = 7_061_403  # number of the lock under which tables are made in PostgreSQL; any will do, if it stays the same
_WAIT_SECONDS = 60  # two runs may write at once, and SQLite lets in one writer at a time


def engine_of(url: str, tables: sa.MetaData, closes: bool = False) -> Engine:
    """The engine at an SQLAlchemy address, with these tables made. Raises sqlalchemy.exc.SQLAlchemyError if it cannot be used.

    `closes`: SQLite's file is closed after each use, which folds its log into it, so that the file alone can be copied."""
    address = sa.make_url(url)
    if address.get_backend_name() != "sqlite":
        engine = sa.create_engine(address, pool_pre_ping=True)
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MAKING_TABLES)))
            tables.create_all(connection)
        return engine
    engine = sa.create_engine(address, connect_args={"timeout": _WAIT_SECONDS}, poolclass=sa.NullPool if closes else None)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    # The first of several runs makes the tables, and switches to the write-ahead log, for which SQLite waits for nobody.
    # Where there is no such folder none is made: it is the address that is wrong, and SQLite says so.
    place = Path(address.database or "")
    with locked(lock_of(place)) if address.database and place.parent.is_dir() else nullcontext():
        tables.create_all(engine)
    return engine


def insert_new(dialect: str, table: sa.Table) -> sa.Insert:
    """INSERT that leaves a row alone whose primary key is there."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing(index_elements=[column.name for column in table.primary_key])


def write_anew(engine: Engine) -> None:
    """Write SQLite's file anew, so that no deleted byte stays in it; PostgreSQL does so with its next VACUUM."""
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM"))
            connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))


def _prepare_sqlite(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
