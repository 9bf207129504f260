"""What `diff` says of changes that were planted."""

import json
from dataclasses import replace

import pytest

from asknews_ner.dataset.release.diff import Change, compare, read_published
from asknews_ner.dataset.release.errors import ReleaseError
from asknews_ner.dataset.release.gliner_json import SPLITS_FILE, splits_json
from asknews_ner.records import DatasetExample, NerSpan
from asknews_ner.terminal.releases import diff_json, diff_lines
from asknews_ner_tests.dataset.release.made import example

SPLITS = ("train", "validation", "test")


def published(folder, rows: list[DatasetExample]):
    folder.mkdir()
    (folder / SPLITS_FILE).write_text(
        splits_json({split: [row for row in rows if row.split == split] for split in SPLITS}), encoding="utf-8"
    )
    return read_published(folder)


@pytest.fixture
def planted(tmp_path):
    """Twelve examples; one of them added, two removed, three relabelled (one of these moved too), one with other words, one moved."""
    old = [example(number) for number in range(12)]
    new = {row.article_id: row for row in old}
    person, place = old[0].spans
    new["https://a.example/0"] = replace(old[0], spans=(replace(person, label="title"), place))
    new["https://a.example/2"] = replace(old[2], spans=old[2].spans[:1])
    new["https://a.example/3"] = replace(old[3], spans=(NerSpan(0, 2, "organization"),), split="test")
    new["https://a.example/4"] = replace(old[4], tokens=("Other", *old[4].tokens[1:]), spans=())
    new["https://a.example/5"] = replace(old[5], split="validation")
    for gone in (6, 7):
        del new[f"https://a.example/{gone}"]
    more = example(13)
    return compare(published(tmp_path / "old", old), published(tmp_path / "new", [*reversed(new.values()), more]))


def test_planted_changes_are_all_found_and_nothing_else(planted):
    assert {row.article_id.rpartition("/")[2]: [change.name for change in row.changes] for row in planted.changed} == {
        "0": ["RELABELLED"],
        "2": ["RELABELLED"],
        "3": ["RELABELLED", "MOVED"],
        "4": ["TEXT_CHANGED"],
        "5": ["MOVED"],
        "6": ["REMOVED"],
        "7": ["REMOVED"],
        "13": ["ADDED"],
    }
    assert planted.unchanged == 5
    first = planted.changed[0]
    assert (first.spans_added, first.spans_removed) == (((0, 1, "title"),), ((0, 1, "person"),))
    moved = next(row for row in planted.changed if row.article_id.endswith("/5"))
    assert (moved.split_before, moved.split_after, moved.spans_added) == ("train", "validation", ())


def test_counts_by_change_language_and_type(planted):
    assert list(planted.counts().values()) == [1, 2, 1, 3, 2]
    by_language = planted.by_language()
    assert list(by_language) == ["en", "hi", "ru"]
    assert by_language["en"] == dict(zip(Change, [0, 1, 1, 2, 0], strict=True))
    assert by_language["ru"] == dict(zip(Change, [1, 0, 0, 0, 1], strict=True))
    assert {change: sum(counts[change] for counts in by_language.values()) for change in Change} == planted.counts()
    assert planted.by_type() == {"date": (0, 1), "organization": (1, 0), "person": (0, 1), "title": (1, 0)}


def test_what_is_printed(planted):
    lines = list(diff_lines(planted))
    assert lines[3].split()[:2] == ["relabelled", "3"] and lines[5].split() == ["unchanged", "5"]
    assert "organization                         1             0" in lines
    value = json.loads(diff_json(planted))
    assert value["counts"] == {"added": 1, "removed": 2, "text_changed": 1, "relabelled": 3, "moved": 2, "unchanged": 5}
    assert value["by_type"]["date"] == {"added": 0, "removed": 1}
    assert [row["article_id"] for row in value["examples"]] == [row.article_id for row in planted.changed]


def test_the_order_of_examples_and_spans_is_no_difference(tmp_path):
    rows = [example(number) for number in range(4)]
    turned = [replace(row, spans=row.spans[::-1]) for row in reversed(rows)]
    found = compare(published(tmp_path / "a", rows), published(tmp_path / "b", turned))
    assert (found.changed, found.unchanged) == ([], 4)


def test_what_cannot_be_compared(tmp_path):
    rows = [example(0), example(0)]
    with pytest.raises(ReleaseError, match="first release has article https://a.example/0 twice"):
        compare(published(tmp_path / "a", rows), [])
    with pytest.raises(ReleaseError, match="is not there"):
        read_published(tmp_path)
    for text in ("no JSON", '{"train": [{"tokens": []}]}', "[1]"):
        (tmp_path / "other.json").write_text(text, encoding="utf-8")
        with pytest.raises(ReleaseError, match="is not in the paper's JSON form"):
            read_published(tmp_path / "other.json")
