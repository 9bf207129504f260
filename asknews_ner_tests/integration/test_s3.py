"""Articles and tables in an object store: rclone as a server that speaks S3's protocol."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import boto3
import dagster as dg
import pyarrow.parquet as pq
import pytest
from botocore.exceptions import EndpointConnectionError

from asknews_ner.orchestration.object_store import ObjectStore
from asknews_ner.orchestration.resources import build_resources
from asknews_ner.orchestration.sensors import new_articles
from asknews_ner.orchestration.settings import Settings, sample_folder
from asknews_ner.records import DatasetExample
from asknews_ner.storage.objects import ObjectStoreError
from asknews_ner_tests.conftest import refresh_articles_to_dataset
from asknews_ner_tests.integration.conftest import LONG, free_port

pytestmark = pytest.mark.slow
COUNTRIES = {"GB", "SE", "BR"}
WRITER = """
import sys
from pathlib import Path
from asknews_ner.orchestration.object_store import ObjectStore
from asknews_ner.records import Article
from asknews_ner.storage.tables import Partition, TableStore
from asknews_ner_tests.conftest import article

root = Path(sys.argv[2])
tables = TableStore(root, ObjectStore(endpoint=sys.argv[1]).mirror("s3://news/kills", root))
for number in range(10**6):
    rows = [article(article_id=f"{number}-{row}", text="x" * 3000) for row in range(200)]
    tables.write("articles", Article, rows, str(number), Partition("GB", "en"))
    print(number, flush=True)
"""


@pytest.fixture(scope="module")
def s3(tmp_path_factory):
    """The server's address. Its bucket is called `news`; objects lie in memory, where a put is one step, as in S3."""
    port, secret = free_port(), "only-here"
    program = Path(sys.executable).with_name("rclone")
    line = [str(program), "serve", "s3", "--config", os.devnull, "--auth-key", f"tests,{secret}", "--addr", f"127.0.0.1:{port}", ":memory:"]
    with pytest.MonkeyPatch.context() as patched, subprocess.Popen(line) as server:
        patched.setenv("AWS_ACCESS_KEY_ID", "tests")
        patched.setenv("AWS_SECRET_ACCESS_KEY", secret)
        patched.setenv("AWS_DEFAULT_REGION", "us-east-1")
        url = f"http://127.0.0.1:{port}"
        for _ in range(100):
            try:
                boto3.client("s3", endpoint_url=url).create_bucket(Bucket="news")
                break
            except EndpointConnectionError:
                time.sleep(0.2)
        yield url
        server.kill()


@pytest.fixture
def articles(s3, tmp_path):
    """The articles of three countries under a prefix of the bucket of their own."""
    lines = [line for path in sorted(sample_folder().glob("bucket_*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    mirror = ObjectStore(endpoint=s3).mirror(f"s3://news/{tmp_path.name}/in", tmp_path / "upload")
    for country in sorted(COUNTRIES):
        path = tmp_path / "upload" / "today" / f"{country}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(line for line in lines if json.loads(line)["country"] == country) + "\n", encoding="utf-8")
        mirror.publish(f"today/{country}.jsonl")
    return mirror


def opened(s3, articles, root, tables, outputs=""):
    """(resources, workspace) over the articles' prefix, with tables and outputs under other ones, or in the folder."""
    places = {"tables": tables, "outputs": outputs, "s3_endpoint": s3}
    settings = Settings(str(root), articles.objects.url, "laptop", "", "", {}, "", "", "", **places)
    resources = build_resources(settings)
    return resources, resources["workspace"].open()


def test_the_tables_are_those_of_a_disk_and_another_machine_goes_on(s3, articles, tmp_path):
    place = f"s3://news/{tmp_path.name}/tables"
    _, there = opened(s3, articles, tmp_path / "one" / "laptop", place)
    computed = refresh_articles_to_dataset(there)
    assert computed["arrivals"] == computed["articles"] > 10
    _, here = opened(s3, articles, tmp_path / "two" / "laptop", "")
    refresh_articles_to_dataset(here)
    names = {path.parent.relative_to(here.tables.root).as_posix().split("/country=")[0] for path in here.tables.root.rglob("part.parquet")}
    assert {"articles", "topics", "dataset_examples", "rejects/arrivals"} <= names
    assert {name: there.tables.digest(name) for name in names} == {name: here.tables.digest(name) for name in names}
    _, elsewhere = opened(s3, articles, tmp_path / "three" / "laptop", place)
    assert set(refresh_articles_to_dataset(elsewhere).values()) == {0}
    assert elsewhere.tables.read("dataset_examples", DatasetExample) == here.tables.read("dataset_examples", DatasetExample)


def test_the_sensor_sees_new_objects_without_copying_them(s3, articles, tmp_path):
    resources, ws = opened(s3, articles, tmp_path / "laptop", f"s3://news/{tmp_path.name}/tables")

    def tick(cursor):
        with dg.build_sensor_context(cursor=cursor, resources=resources, instance=dg.DagsterInstance.ephemeral()) as context:
            return new_articles(context)

    first = tick(None)
    assert len(first.run_requests) == 1
    assert not ws.articles.exists()
    assert articles.objects.url in tick(first.cursor).skip_message
    (tmp_path / "upload" / "today" / "late.jsonl").write_text("{}\n")
    articles.publish("today/late.jsonl")
    second = tick(first.cursor)
    assert len(second.run_requests) == 1
    assert second.cursor != first.cursor


def test_an_empty_prefix_and_a_bucket_that_is_not_there(s3, articles, tmp_path):
    from asknews_ner.acquire.files import SourceError
    from asknews_ner.factory.drop_folder import article_files

    _, ws = opened(s3, articles, tmp_path / "laptop", "")
    empty = ObjectStore(endpoint=s3).mirror("s3://news/nothing", tmp_path / "nothing")
    with pytest.raises(SourceError, match="s3://news/nothing: no article files there"):
        article_files(replace(ws, articles_mirror=empty))
    gone = ObjectStore(endpoint=s3).mirror("s3://gone/nothing", tmp_path / "gone")
    with pytest.raises(ObjectStoreError, match="make the bucket"):
        article_files(replace(ws, articles_mirror=gone))


def test_a_writer_that_is_killed_leaves_whole_objects(s3, tmp_path):
    """SIGKILL at varied instants of writing one cell again and again: what is read next is a whole table with its stamp."""
    from asknews_ner.records import Article
    from asknews_ner.storage.tables import Partition, TableStore

    seen = []
    for number in range(20 if LONG else 4):
        line = [sys.executable, "-c", WRITER, s3, str(tmp_path / "mirror")]
        with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as writer:
            for _ in range(2):
                assert writer.stdout.readline()
            time.sleep(0.013 * number)
            writer.send_signal(signal.SIGKILL)
        for root in (tmp_path / "mirror", tmp_path / f"fresh{number}"):
            tables = TableStore(root, ObjectStore(endpoint=s3).mirror("s3://news/kills", root))
            rows = tables.read("articles", Article, Partition("GB", "en"))
            stamp = tables.fingerprint("articles", Partition("GB", "en"))
            assert {row.article_id.split("-")[0] for row in rows} == {stamp}
            assert len(rows) == 200
        assert pq.read_metadata(tables.path("articles", Partition("GB", "en"))).num_rows == 200
        seen.append(int(stamp))
    assert max(seen) >= 1
