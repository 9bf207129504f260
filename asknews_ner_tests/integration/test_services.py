"""PostgreSQL for Dagster and the replies, an S3 server for articles, tables and outputs, Qdrant through its client.

`make test-long` (ASKNEWS_NER_LONG=1): a country's partitions with all three, and whole runs, in each of which one of the three is
killed in the middle and started again; the final state is that of a run that nobody disturbed. QDRANT_URL names a real Qdrant server
(with QDRANT_API_KEY); without one a stand-in speaks its protocol. A real server is not killed."""

import json
import os
import shutil
import subprocess
import sys
import time

import pytest
import sqlalchemy as sa

from asknews_ner_tests.batches.compare import has_clocks
from asknews_ner_tests.integration.command_line import articles_of, small_recipe
from asknews_ner_tests.integration.conftest import LONG
from asknews_ner_tests.integration.services import BUCKET, Postgres, QdrantStandIn, S3Server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]
COUNTRIES = {"GB", "SE"}
KILLED_AT = {"postgresql": "summaries", "s3": "summary_vectors", "qdrant": "topics"}
"""The table that lies in the bucket when a server is killed: what follows it needs that server."""


@pytest.fixture(scope="module")
def recipe(tmp_path_factory):
    return small_recipe(tmp_path_factory.mktemp("recipe") / "small.yaml", 12)


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    pytest.importorskip("dagster_postgres", reason="needs the extra `postgres`")
    folder = tmp_path_factory.mktemp("servers")
    found = {"postgresql": Postgres(), "s3": S3Server(folder / "s3"), "qdrant": QdrantStandIn(folder / "qdrant")}
    for server in found.values():
        server.start()
    articles_of(COUNTRIES, found["s3"].folder / BUCKET / "in" / "a.jsonl")
    yield found
    found["qdrant"].kill()
    found["s3"].kill()
    found["postgresql"].stop()


class Case:
    """A workspace of its own on the servers: its prefixes in the bucket, its database of replies, its Dagster home."""

    def __init__(self, name, servers, recipe, folder):
        self.name, self.servers, self.folder = name, servers, folder / name
        self.bucket = servers["s3"].folder / BUCKET / name
        home = self.folder / "home"
        home.mkdir(parents=True)
        (home / "dagster.yaml").write_text(servers["postgresql"].dagster_yaml, encoding="utf-8")
        self.replies = servers["postgresql"].address("replies")
        places = {
            "ARTICLES": f"s3://{BUCKET}/in",
            "TABLES": f"s3://{BUCKET}/{name}/tables",
            "OUTPUTS": f"s3://{BUCKET}/{name}/outputs",
            "WORKSPACE": str(self.folder / "data" / "w"),
            "RECIPE": str(recipe),
            "REPLIES_URL": self.replies,
            "QDRANT_URL": os.environ.get("QDRANT_URL") or servers["qdrant"].url,
            "QDRANT_API_KEY": os.environ.get("QDRANT_API_KEY", ""),
            "BARS": "0",
        }
        own = {f"ASKNEWS_NER_{key}": value for key, value in places.items()}
        self.environment = {**os.environ, **servers["s3"].environment, **own, "DAGSTER_HOME": str(home), "OMP_NUM_THREADS": "1"}

    def begin(self, *verb):
        return subprocess.Popen(
            [sys.executable, "-m", "asknews_ner", *verb, "--recipe", self.environment["ASKNEWS_NER_RECIPE"]],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.environment, cwd=self.folder,
        )  # fmt: skip

    def finish(self, *verb):
        run = self.begin(*verb)
        out, _ = run.communicate(timeout=1500)
        assert run.returncode == 0, out[-3000:]
        return out

    def has(self, table):
        return any((self.bucket / "tables" / table).rglob("part.parquet"))

    def state(self):
        """Bytes of all tables and of all outputs that hold no clock, by their manifests; keys of the replies."""
        tables = {
            path.relative_to(self.bucket).as_posix(): path.read_bytes()
            for path in sorted((self.bucket / "tables").rglob("part.parquet"))
            if "spend" not in path.parts  # seconds
        }
        outputs = {}
        for manifest in sorted((self.bucket / "outputs").rglob("manifest.json")):
            for file in json.loads(manifest.read_text(encoding="utf-8"))["files"]:
                name = f"{manifest.parent.relative_to(self.bucket / 'outputs').as_posix()}/{file['path']}"
                if not has_clocks(name):
                    outputs[name] = file["sha256"]
        with sa.create_engine(self.replies).connect() as connection:
            keys = sorted(connection.execute(sa.text("SELECT key FROM replies")).scalars())
        return tables, outputs, keys


@pytest.mark.skipif(not LONG, reason="takes minutes: make test-long")
def test_a_country_s_partitions_with_all_servers(servers, recipe, tmp_path):
    """Dagster's runs and events stand in PostgreSQL, replies there too, tables in the bucket; a second machine finds them made."""
    case = Case("short", servers, recipe, tmp_path)
    out = case.finish("backfill", "--country", "SE")
    assert case.has("summaries") and case.has("ner_examples")
    with sa.create_engine(servers["postgresql"].address("dagster")).connect() as connection:
        assert connection.execute(sa.text("SELECT COUNT(*) FROM runs WHERE status = 'SUCCESS'")).scalar_one() >= 2, out
        assert (
            connection.execute(sa.text("SELECT COUNT(DISTINCT partition) FROM event_logs WHERE asset_key LIKE '%summaries%'")).scalar_one()
            >= 12
        )
    tables, _, keys = case.state()
    assert keys
    assert not list((tmp_path / "short" / "home").rglob("*.db")), "nothing of Dagster's stands in SQLite"
    shutil.rmtree(case.folder / "data")
    assert case.state() == (tables, {}, keys)
    again = case.finish("backfill", "--country", "SE")
    assert "up to date" in again


def undisturbed(servers, recipe, folder):
    case = Case("undisturbed", servers, recipe, folder)
    case.finish("run")
    return case.state()


@pytest.mark.skipif(not LONG, reason="takes a quarter of an hour: make test-long")
def test_a_server_killed_in_the_middle_of_a_run_and_started_again_changes_nothing(servers, recipe, tmp_path):
    wanted = undisturbed(servers, recipe, tmp_path)
    assert len(wanted[0]) > 50
    assert any(name.startswith("dataset/") for name in wanted[1]) and any("tuned" in name for name in wanted[1])
    for number, (name, table) in enumerate(KILLED_AT.items()):
        if name == "qdrant" and os.environ.get("QDRANT_URL"):
            continue  # a real one is not ours to kill
        case = Case(f"without{number}", servers, recipe, tmp_path)
        run = case.begin("run")
        while not case.has(table):
            assert run.poll() is None, run.stdout.read()[-3000:]
            time.sleep(0.05)
        servers[name].kill()
        out, _ = run.communicate(timeout=900)
        servers[name].start()
        last = out.strip().splitlines()[-1]
        sys.stdout.write(f"{name} killed at {table}: exit code {run.returncode}; {last[:300]}\n")
        assert run.returncode == 2 and last.startswith("error: "), "a server that is gone is told in one line"
        case.finish("run")
        found = case.state()
        differing = [
            key
            for there, here in zip(wanted[:2], found[:2], strict=True)
            for key in there.keys() | here.keys()
            if there.get(key) != here.get(key)
        ]
        assert differing == []
        assert found[2] == wanted[2], "the same replies, each once"
        check = subprocess.run(
            [sys.executable, "-m", "asknews_ner", "reindex", "--check-only", "--recipe", str(recipe)],
            capture_output=True, text=True, env=case.environment, cwd=case.folder, check=False,
        )  # fmt: skip
        assert check.returncode == 0, check.stdout + check.stderr
