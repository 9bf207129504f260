"""Finished folders in an object store: rclone as a server that speaks S3's protocol (it knows no conditional writes and no versions)."""

import datetime as dt
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from asknews_ner.factory import outputs
from asknews_ner.factory.ledger import read_ledger
from asknews_ner.factory.releases import release
from asknews_ner.factory.takedown_proof import traces
from asknews_ner.orchestration.object_store import ObjectStore
from asknews_ner.records import Summary
from asknews_ner_tests.conftest import refresh_articles_to_dataset
from asknews_ner_tests.integration.conftest import LONG
from asknews_ner_tests.integration.test_s3 import articles, opened, s3

__all__ = ["articles", "s3"]
pytestmark = pytest.mark.slow
NOW = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
WRITER = """
import sys
from pathlib import Path
import boto3
from asknews_ner.storage.objects import S3Folder
from asknews_ner.storage.published import PublishedFolders

objects = S3Folder(boto3.client("s3", endpoint_url=sys.argv[1]), "news", "outputs")
folder = Path(sys.argv[2])
for number in range(10**6):
    for name in ("a", "b", "same", "deep/c"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"same" if name == "same" else b"%d %s\\n" % (number, name.encode()) + bytes(10**6))
    PublishedFolders(objects).publish("dataset", folder, {"dataset": str(number)})
    print(number, flush=True)
"""


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_publisher_that_is_killed_leaves_a_whole_folder(s3, tmp_path):
    """SIGKILL at varied instants of publishing a folder again and again: what is fetched next is one publication's, with its stamp."""
    seen = []
    for number in range(25 if LONG else 5):
        with subprocess.Popen([sys.executable, "-c", WRITER, s3, str(tmp_path / "own")], stdout=subprocess.PIPE, text=True) as writer:
            for _ in range(2):
                assert writer.stdout.readline()
            with pytest.raises(subprocess.TimeoutExpired):
                writer.wait(0.003 * number)
            writer.send_signal(signal.SIGKILL)
        folders = ObjectStore(endpoint=s3).published("s3://news/outputs")
        found = folders.fetch("dataset", tmp_path / "reader")
        stamp = found.stamps["dataset"]
        got = contents(tmp_path / "reader")
        assert {name: body.split(b"\0")[0] for name, body in got.items()} == {
            "same": b"same",
            **{name: f"{stamp} {name}\n".encode() for name in ("a", "b", "deep/c")},
        }
        seen.append(int(stamp))
    assert max(seen) >= 1
    for name in folders.strays():
        folders.objects.delete(name)
    folders.fetch("dataset", tmp_path / "fresh")
    assert contents(tmp_path / "fresh") == got


def test_another_machine_takes_dataset_report_and_release_as_they_are(s3, articles, tmp_path):
    tables, place = f"s3://news/{tmp_path.name}/tables", f"s3://news/{tmp_path.name}/outputs"
    replies = f"sqlite:///{tmp_path / 'replies.sqlite'}"  # shared, as a PostgreSQL would be: a release names the replies that it rests on
    there = replace(opened(s3, articles, tmp_path / "one" / "laptop", tables, place)[1], replies_url=replies)
    refresh_articles_to_dataset(there)
    outputs.refresh_release(there)
    outputs.refresh_topic_map(there)
    outputs.refresh_report(there, read_ledger(there))
    made, is_new = release(there, there.releases, "1.0.0", [], NOW)
    assert is_new and there.published.names() == ["dataset", "releases/1.0.0", "report"]

    here = replace(opened(s3, articles, tmp_path / "two" / "laptop", tables, place)[1], replies_url=replies)
    assert not here.dataset.exists()
    assert outputs.release_is_current(here) and outputs.topic_map_is_current(here)
    assert outputs.report_is_current(here, read_ledger(here))
    for folder in ("dataset", "report"):
        assert contents(here.root / folder) == contents(there.root / folder)
    again, is_new = release(here, here.releases, "1.0.0", [], NOW.replace(day=22))
    assert not is_new and contents(again) == contents(made), "the same version is taken as it was published, with its provenance"
    # The proof of a takedown looks into the bucket: this machine has nothing but what it fetched.
    title = here.tables.read_all("summaries", Summary)[0].title
    places = {trace.place.split("/part.parquet")[0] for trace in traces(here, [title])}
    assert any(one.startswith(f"{tables}/summaries/country=") for one in places)
