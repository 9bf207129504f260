"""Tables and files in an object store: S3 in memory (moto). The same against a server with files behind it: integration/test_s3.py."""

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws

from asknews_ner.records import Article
from asknews_ner.storage.mirror import Mirror
from asknews_ner.storage.objects import ObjectChangedError, ObjectStoreError, ObjectVersion, S3Folder, parse_url
from asknews_ner.storage.tables import Partition, TableStore
from asknews_ner_tests.conftest import article

SE, GB = Partition("SE", "sv"), Partition("GB", "en")


@pytest.fixture
def client(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="news")
        yield client


def folder(client, prefix="night/tables"):
    return S3Folder(client, "news", prefix)


def store(client, root):
    return TableStore(root, Mirror(folder(client), root))


def calls(client):
    """Counts requests by operation."""
    counts: dict[str, int] = {}
    client.meta.events.register("before-call.s3", lambda model, **_: counts.__setitem__(model.name, counts.get(model.name, 0) + 1))
    return counts


def test_what_one_machine_writes_another_reads(client, tmp_path):
    mine, theirs = store(client, tmp_path / "a"), store(client, tmp_path / "b")
    rows = [article(), article(article_id="2", country="SE")]
    mine.write("articles", Article, rows[:1], "f1", GB)
    mine.write("articles", Article, rows[1:], "f2", SE)
    mine.write("topics", Article, rows, "f3")
    assert theirs.partitions("articles") == [GB, SE]
    assert theirs.read_all("articles", Article) == rows
    assert theirs.read("topics", Article) == rows
    assert (theirs.fingerprint("articles", SE), theirs.row_count("topics"), theirs.exists("nothing")) == ("f2", 2, False)
    assert theirs.digest("articles") == mine.digest("articles") == TableStore(tmp_path / "b").digest("articles")
    assert mine.address("articles", SE) == "s3://news/night/tables/articles/country=SE/language=sv/part.parquet"
    assert [entry["Key"] for entry in client.list_objects_v2(Bucket="news")["Contents"]][-1] == "night/tables/topics/part.parquet"


def test_only_what_changed_is_fetched_again(client, tmp_path):
    mine, theirs = store(client, tmp_path / "a"), store(client, tmp_path / "b")
    for cell in (GB, SE):
        mine.write("articles", Article, [article()], "f", cell)
    assert len(theirs.read_all("articles", Article)) == 2
    mine.write("articles", Article, [], "g", SE)
    seen = calls(client)
    assert len(theirs.read_all("articles", Article)) == 2  # the listing is remembered
    theirs.mirror.look_again()
    assert theirs.read_all("articles", Article) == [article()]
    assert seen == {"ListObjectsV2": 1, "GetObject": 1}
    assert mine.read("articles", Article, SE) == []
    assert seen == {"ListObjectsV2": 1, "GetObject": 1}  # one's own writings are not fetched


def test_of_two_writers_of_a_cell_one_stands_and_the_other_hears_it(client, tmp_path):
    mine, theirs = store(client, tmp_path / "a"), store(client, tmp_path / "b")
    assert not mine.exists("articles", GB) and not theirs.exists("articles", GB)
    mine.write("articles", Article, [article()], "f", GB)
    with pytest.raises(ObjectChangedError, match="was written by another run while this one made it; theirs stands. Run again"):
        theirs.write("articles", Article, [], "g", GB)
    assert (theirs.read("articles", Article, GB), theirs.fingerprint("articles", GB)) == ([article()], "f")
    mine.write("articles", Article, [], "g", GB)
    theirs.write("articles", Article, [], "g", GB)  # the same bytes: no fault
    assert mine.fingerprint("articles", GB) == "g"


def test_a_writing_that_fails_changes_nothing(client, tmp_path, monkeypatch):
    """The store keeps the old object, and so does this disk after the next look."""
    mine = store(client, tmp_path)
    mine.write("articles", Article, [article()], "f", GB)

    def refuse(**_):
        raise EndpointConnectionError(endpoint_url="http://nowhere")

    with monkeypatch.context() as patched:
        patched.setattr(client, "put_object", refuse)
        with pytest.raises(ObjectStoreError, match="ASKNEWS_NER_S3_ENDPOINT"):
            mine.write("articles", Article, [], "g", GB)
    mine.mirror.look_again()
    assert (mine.read("articles", Article, GB), mine.fingerprint("articles", GB)) == ([article()], "f")


def test_an_exception_in_the_middle_of_a_writing_publishes_nothing(client, tmp_path, monkeypatch):
    mine = store(client, tmp_path)
    mine.write("articles", Article, [article()], "f", GB)
    whole = mine.path("articles", GB).read_bytes()

    def half(table, where, **_):
        where.write_bytes(whole[: len(whole) // 2])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("asknews_ner.storage.tables.pq.write_table", half)
        with pytest.raises(OSError, match="No space"):
            mine.write("articles", Article, [], "g", GB)
    assert client.get_object(Bucket="news", Key=folder(client).key("articles/country=GB/language=en/part.parquet"))["Body"].read() == whole
    assert (mine.read("articles", Article, GB), mine.fingerprint("articles", GB)) == ([article()], "f")


def test_a_copy_without_its_mark_is_fetched_again(client, tmp_path):
    """As a kill between file and mark leaves it, or a file that somebody changed by hand and marked as changing."""
    mine = store(client, tmp_path)
    mine.write("articles", Article, [article()], "f", GB)
    path = mine.path("articles", GB)
    path.write_bytes(b"half a file")
    mine.mirror.changing("articles/country=GB/language=en/part.parquet")
    assert mine.read("articles", Article, GB) == [article()]


def test_an_object_that_went_is_no_table(client, tmp_path):
    mine = store(client, tmp_path)
    mine.write("articles", Article, [article()], "f", GB)
    folder(client).delete("articles/country=GB/language=en/part.parquet")
    mine.mirror.look_again()
    assert not mine.exists("articles", GB)
    assert mine.read_all("articles", Article) == []
    assert folder(client).fetch("nothing", tmp_path / "x") is None


def test_many_pages_of_a_listing(client):
    for number in range(1003):
        client.put_object(Bucket="news", Key=f"many/{number:04}", Body=b"")
    assert len(S3Folder(client, "news", "many").etags()) == 1003
    assert list(S3Folder(client, "news", "many").etags("000")) == [f"{number:04}" for number in range(10)]
    assert len(S3Folder(client, "news", "").etags("many/")) == 1003


@pytest.mark.parametrize(("url", "place"), [("s3://b", ("b", "")), ("s3://b/a/c/", ("b", "a/c"))])
def test_addresses(url, place):
    assert parse_url(url) == place


@pytest.mark.parametrize("url", ["", "b/a", "gs://b/a", "s3://", "s3:/b/a"])
def test_what_is_no_address(url):
    with pytest.raises(ObjectStoreError, match="write s3://bucket/prefix"):
        parse_url(url)


def test_faults_say_what_to_do(client, tmp_path):
    with pytest.raises(ObjectStoreError, match="s3://gone/x cannot be listed.*make the bucket"):
        S3Folder(client, "gone", "x").etags()
    (tmp_path / "a").write_text("a")
    with pytest.raises(ObjectStoreError, match=r"written \(a\).*make the bucket"):
        S3Folder(client, "gone", "x").put("a", tmp_path / "a")


def test_old_versions_are_listed_read_and_deleted(client, tmp_path):
    client.put_bucket_versioning(Bucket="news", VersioningConfiguration={"Status": "Enabled"})
    place, file = folder(client), tmp_path / "a"
    for text in ("first", "second"):
        file.write_text(text)
        place.put("x", file)
    last, old = sorted(place.versions(), key=lambda one: one.version)
    assert last == ObjectVersion("x", "") and old.version
    place.fetch("x", tmp_path / "b", old.version)
    assert (tmp_path / "b").read_text() == "first"
    place.delete("x", old.version)
    assert place.versions() == [last]
    place.delete("x")  # hides it: the bucket still holds the bytes
    (hidden,) = place.versions()
    assert place.etags() == {} and hidden.version
    place.delete("x", hidden.version)
    assert place.versions() == []
