"""Programs of others open a release: `datasets` without a script, `mlcroissant`."""

import json

import pytest

from asknews_ner.dataset.release.folder import write_release
from asknews_ner_tests.dataset.release.made import RECIPE, example, inputs, provenance


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """Nine examples, the training split in two shards."""
    recipe = RECIPE.model_copy(update={"release": RECIPE.release.model_copy(update={"shard_examples": 4})})
    rows = [example(number, "train" if number < 6 else "test" if number < 8 else "validation") for number in range(9)]
    return write_release(tmp_path_factory.mktemp("releases"), inputs(rows, recipe=recipe), provenance())[0]


def test_datasets_opens_the_folder_without_a_script(release, tmp_path):
    import datasets

    opened = datasets.load_dataset(str(release), cache_dir=str(tmp_path))
    published = json.loads((release / "dataset_splits.json").read_text(encoding="utf-8"))
    assert {split: len(rows) for split, rows in opened.items()} == {"train": 6, "validation": 1, "test": 2}
    for split, rows in opened.items():
        assert [row["tokens"] for row in rows] == [record["tokenized_text"] for record in published[split]]
        spans = [[[span["start"], span["end"], span["label"]] for span in row["spans"]] for row in rows]
        assert spans == [record["ner"] for record in published[split]]
    assert opened["train"][0]["published_at"].tzinfo is not None
    assert datasets.load_dataset(str(release), "spans", cache_dir=str(tmp_path))["train"].num_rows == sum(map(len, _spans(published)))
    assert datasets.load_dataset(str(release), "lineage", cache_dir=str(tmp_path))["train"].num_rows == 9


def _spans(published):
    return [record["ner"] for records in published.values() for record in records]


def test_the_croissant_file_is_valid_and_its_records_are_read(release):
    import mlcroissant as mlc

    metadata = mlc.Dataset(jsonld=str(release / "croissant.json"))
    assert not metadata.metadata.issues.errors
    # The date of publication would be a clock.
    assert [warning for warning in metadata.metadata.issues.warnings if "datePublished" not in warning] == []
    examples = list(metadata.records("examples"))
    assert len(examples) == 9
    published = json.loads((release / "dataset_splits.json").read_text(encoding="utf-8"))
    wanted = {record["metadata"]["articleId"]: record for records in published.values() for record in records}
    for row in examples:
        record = wanted[row["examples/article_id"].decode()]
        assert [token.decode() for token in row["examples/tokens"]] == record["tokenized_text"]
        spans = [[span[f"examples/spans/{name}"] for name in ("start", "end", "label")] for span in row["examples/spans"]]
        assert [[start, end, label.decode()] for start, end, label in spans if label is not None] == record["ner"]
    assert len(list(metadata.records("spans"))) == sum(map(len, _spans(published)))
    way = next(iter(metadata.records("lineage")))
    assert way["lineage/summary"]["lineage/summary/annotator"] == b"offline"


def test_checksums_in_the_croissant_file_are_those_of_the_files(release):
    listed = json.loads((release / "croissant.json").read_text(encoding="utf-8"))
    sums = {line.split("  ")[1]: line.split("  ")[0] for line in (release / "SHA256SUMS").read_text().splitlines()}
    files = {entry["contentUrl"]: entry["sha256"] for entry in listed["distribution"] if entry["@type"] == "cr:FileObject"}
    assert files == {path: digest for path, digest in sums.items() if path.endswith(".parquet")}
