"""Folders in an object store: S3 in memory (moto), which knows conditional writes. Against a real server: integration/test_s3_outputs.py."""

import json
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError

from asknews_ner.storage.objects import ObjectChangedError, ObjectStoreError, S3Folder
from asknews_ner.storage.published import PublishedFolders, Sent
from asknews_ner_tests.storage.test_objects import calls, client

__all__ = ["client"]
OLD = {"train.json": "old train", "data/card.md": "the card", "gone.txt": "only in the old one"}
NEW = {"train.json": "new train", "data/card.md": "the card", "more/x.txt": "only in the new one"}


def published(client):
    return PublishedFolders(S3Folder(client, "news", "out"))


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def read(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def keys(client):
    return {entry["Key"] for entry in client.list_objects_v2(Bucket="news").get("Contents", [])}


def test_what_one_machine_publishes_another_fetches(client, tmp_path):
    old = written(tmp_path / "old", OLD | {".tmp-half": "temporary", ".new-x/a": "temporary"})
    sent = published(client).publish("models/small/tuned", old, {"model": "s1", "card": "c1"})
    assert sent == Sent(3, sum(map(len, OLD.values())), 0, 0)
    theirs = published(client)
    assert theirs.names() == ["models/small/tuned"]
    assert dict(theirs.manifest("models/small/tuned").stamps) == {"model": "s1", "card": "c1"}
    assert theirs.fetch("models/small/tuned", tmp_path / "b") is not None
    assert read(tmp_path / "b") == OLD
    assert theirs.fetch("models/small", tmp_path / "c") is None and not (tmp_path / "c").exists()
    assert theirs.manifest("nothing") is None


def test_only_what_differs_is_sent_and_fetched(client, tmp_path):
    mine, theirs = published(client), published(client)
    mine.publish("dataset", written(tmp_path / "old", OLD), {"dataset": "1"})
    theirs.fetch("dataset", tmp_path / "b")
    seen = calls(client)
    assert mine.publish("dataset", tmp_path / "old", {"dataset": "1"}) == Sent(0, 0, 3, 0)
    assert seen == {}, "the same folder again asks for nothing"
    assert mine.publish("dataset", written(tmp_path / "new", NEW), {"dataset": "2"}) == Sent(2, 28, 1, 2)
    assert seen == {"PutObject": 3, "DeleteObject": 2}
    assert len(keys(client)) == 4 and mine.strays() == []
    seen.clear()
    theirs.fetch("dataset", tmp_path / "c")  # with the manifest that it remembers, whose files have gone
    assert read(tmp_path / "c") == NEW
    assert set(seen) == {"GetObject"}, "each of its three files or some, the new manifest, the three files"
    assert 5 <= seen["GetObject"] <= 7
    assert mine.publish("dataset", tmp_path / "new", {"dataset": "3"}) == Sent(0, 0, 3, 0), "another stamp alone is published, too"
    theirs.look_again()
    seen.clear()
    theirs.fetch("dataset", tmp_path / "c")
    assert seen == {"GetObject": 1} and theirs.manifest("dataset").stamps == {"dataset": "3"}


def test_a_publication_that_is_broken_off_leaves_the_old_folder_whole(client, tmp_path, monkeypatch):
    """At each of its requests in turn."""
    published(client).publish("dataset", written(tmp_path / "old", OLD), {"dataset": "1"})
    new, put, delete = written(tmp_path / "new", NEW), client.put_object, client.delete_object
    ended_well = []
    left = [0]

    def refuse(real, **given):
        left[0] -= 1
        if left[0] < 0:
            raise EndpointConnectionError(endpoint_url="http://nowhere")
        return real(**given)

    for allowed in range(5):
        left[0] = allowed
        with monkeypatch.context() as patched:
            patched.setattr(client, "put_object", lambda **given: refuse(put, **given))
            patched.setattr(client, "delete_object", lambda **given: refuse(delete, **given))
            try:
                published(client).publish("dataset", new, {"dataset": "2"})
                ended_well.append(allowed)
            except ObjectStoreError:
                pass
        reader = published(client)
        reader.fetch("dataset", tmp_path / f"reader{allowed}")
        assert read(tmp_path / f"reader{allowed}") == (OLD if allowed < 3 else NEW)
    assert ended_well == [4], "after the manifest there is nothing left to publish"
    assert sorted(name.rpartition("/")[2] for name in reader.strays()) == ["gone.txt", "train.json"], "what a break leaves can be swept"


def test_what_was_sent_before_a_break_can_be_swept(client, tmp_path):
    folders = published(client)
    folders.publish("dataset", written(tmp_path / "old", OLD), {"dataset": "1"})
    client.put_object(Bucket="news", Key=f"out/dataset/files/{'0' * 64}/train.json", Body=b"sent, then killed")
    client.put_object(Bucket="news", Key="out/logs/run.err", Body=b"no file of a folder")
    assert folders.strays() == [f"dataset/files/{'0' * 64}/train.json"]
    assert folders.withdraw("dataset") == 5
    assert keys(client) == {"out/logs/run.err"} and folders.manifest("dataset") is None


def test_of_two_writers_one_stands_whole_and_the_other_hears_it(client, tmp_path):
    one, two = published(client), published(client)
    old, new = written(tmp_path / "old", OLD), written(tmp_path / "new", NEW)
    assert one.manifest("dataset") is None and two.manifest("dataset") is None
    one.publish("dataset", old, {"dataset": "1"})
    with pytest.raises(ObjectChangedError, match="somebody else wrote it meanwhile, and theirs stands"):
        two.publish("dataset", new, {"dataset": "2"})
    published(client).fetch("dataset", tmp_path / "reader")
    assert read(tmp_path / "reader") == OLD
    two.look_again()
    two.publish("dataset", new, {"dataset": "2"})
    with pytest.raises(ObjectChangedError):
        one.publish("dataset", written(tmp_path / "old", {"train.json": "newest"}), {"dataset": "3"})
    published(client).fetch("dataset", tmp_path / "reader")
    assert read(tmp_path / "reader") == NEW


def test_bytes_that_are_not_the_manifest_s_are_refused_and_the_local_folder_stays(client, tmp_path):
    folders = published(client)
    folders.publish("dataset", written(tmp_path / "old", OLD), {"dataset": "1"})
    damaged = next(key for key in keys(client) if key.endswith("/train.json"))
    client.put_object(Bucket="news", Key=damaged, Body=b"OLD train")
    here = written(tmp_path / "here", NEW)
    with pytest.raises(ObjectStoreError, match="not the bytes that the manifest names; delete s3://news/out/dataset/manifest.json"):
        folders.fetch("dataset", here)
    assert read(here) == NEW
    client.delete_object(Bucket="news", Key=damaged)
    with pytest.raises(ObjectStoreError, match="files that its manifest names are not there; delete s3://news/out/dataset/manifest.json"):
        folders.fetch("dataset", here)
    assert read(here) == NEW
    client.delete_object(Bucket="news", Key="out/dataset/manifest.json")
    again = published(client)
    again.publish("dataset", tmp_path / "old", {"dataset": "1"})
    again.fetch("dataset", here)
    assert read(here) == OLD


@pytest.mark.parametrize(
    "change",
    [
        {"files": [{"path": "../outside", "size": 1, "sha256": "0" * 64}]},
        {"files": [{"path": "/etc/passwd", "size": 1, "sha256": "0" * 64}]},
        {"files": [{"path": "a", "size": 1, "sha256": "../../x"}]},
        {"files": [{"path": "a"}]},
        {"files": 3},
        {"format": 2},
        None,
    ],
)
def test_a_manifest_that_is_none_is_refused(client, change):
    value = {"format": 1, "stamps": {}, "files": []}
    body = json.dumps(value | change).encode() if change else b"\xff not JSON"
    client.put_object(Bucket="news", Key="out/dataset/manifest.json", Body=body)
    with pytest.raises(ObjectStoreError, match="s3://news/out/dataset/manifest.json is no manifest"):
        published(client).manifest("dataset")
