"""Batches in an object store: S3 in memory (moto)."""

import boto3
import pytest
from moto import mock_aws

from asknews_ner.acquire.deny import DenyList
from asknews_ner.acquire.landing.land import Acquisition, land, last_reading
from asknews_ner.acquire.landing.ledger import LandedLedger
from asknews_ner.acquire.landing.shelf import Shelf
from asknews_ner.storage.mirror import Mirror
from asknews_ner.storage.objects import S3Folder
from asknews_ner_tests.acquire.landing.test_landing import Numbers


@pytest.fixture
def client(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        made = boto3.client("s3", region_name="us-east-1")
        made.create_bucket(Bucket="news")
        yield made


def landed(client, root, source):
    shelf = Shelf(root, Mirror(S3Folder(client, "news", "drop"), root))
    with LandedLedger(shelf.ledger_file) as ledger:
        ledger.enter_missing(shelf.batches())
        return shelf, land(Acquisition("numbers", "test", source, "told"), shelf, ledger, DenyList())


def test_what_one_machine_landed_another_knows(client, tmp_path):
    _, done = landed(client, tmp_path / "one", Numbers(range(25)))
    names = {entry["Key"]: entry["ETag"] for entry in client.list_objects_v2(Bucket="news")["Contents"]}
    (batch,) = done.batches
    assert set(names) == {f"drop/{batch}", f"drop/{batch.removesuffix('.jsonl')}.provenance.json", "drop/acquired/numbers/.cursor.json"}
    shelf, again = landed(client, tmp_path / "two", Numbers(range(25)))
    assert (again.new, again.again, again.cursor) == (0, 5, "20"), "it goes on from the other machine's mark"
    assert last_reading(shelf, "numbers")
    after = {entry["Key"]: entry["ETag"] for entry in client.list_objects_v2(Bucket="news")["Contents"]}
    assert after[f"drop/{batch}"] == names[f"drop/{batch}"] and len(after) == len(names)
