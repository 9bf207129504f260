import json

import pytest

from asknews_ner.recipe import ReplayParams
from asknews_ner.train.loop.faults import TrainingError
from asknews_ner.train.replay import with_replay
from asknews_ner_tests.train import tiny


def source(folder, licence="Released under CC-BY-4.0.", count=30):
    folder.mkdir()
    (folder / "LICENSE.txt").write_text(licence)
    (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in tiny.rows(count, 8)))
    return folder


def params(folder, licence="cc-by-4.0", share=0.2):
    return ReplayParams(source=str(folder), licence=licence, share=share)


def test_replayed_rows_are_the_share_that_was_asked_for_and_are_shown_their_own_types(tmp_path):
    rows = tiny.rows(40, 1)
    mixed, count = with_replay(rows, params(source(tmp_path / "other")), 3)
    assert (mixed[:40], count, len(mixed)) == (rows, 10, 50)
    assert all({span[2] for span in row["ner"]} <= set(row["ner_labels"]) for row in mixed[40:])
    assert with_replay(rows, params(tmp_path / "other"), 3) == (mixed, count)
    assert with_replay(rows, params(tmp_path / "other"), 4)[0] != mixed


@pytest.mark.parametrize("values", [{"source": None, "share": 0.5}, {"source": "own-sentences", "share": 0.0}])
def test_nothing_is_replayed_where_nothing_is_asked_for(values):
    rows = tiny.rows(5)
    assert with_replay(rows, ReplayParams(licence=None, **values), 1) == (rows, 0)


@pytest.mark.parametrize(
    ("name", "note", "licence", "message"),
    [
        ("other", "CC BY-NC 4.0", "CC BY-NC 4.0", "not permissively licensed"),
        ("other", "For non-commercial use only. cc-by-4.0", "cc-by-4.0", "not permissively licensed"),
        ("Pile-NER-type", "cc-by-4.0", "cc-by-4.0", "Pile-NER is BY-NC"),
        ("other", "All rights reserved.", "cc-by-4.0", "does not name the licence"),
    ],
)
def test_sources_without_a_permissive_licence_are_refused(tmp_path, name, note, licence, message):
    with pytest.raises(TrainingError, match=message):
        with_replay(tiny.rows(40), params(source(tmp_path / name, note), licence), 1)


def test_faults_of_a_source_are_named(tmp_path):
    folder = source(tmp_path / "other", count=3)
    with pytest.raises(TrainingError, match="3 rows, 10 are needed"):
        with_replay(tiny.rows(40), params(folder), 1)
    (folder / "train.jsonl").write_text('{"tokenized_text": ["a"]}\n')
    with pytest.raises(TrainingError, match=r"train.jsonl:1: not a row in GLiNER form"):
        with_replay(tiny.rows(40), params(folder), 1)
    (folder / "LICENSE.txt").unlink()
    with pytest.raises(TrainingError, match="no LICENCE or LICENSE file"):
        with_replay(tiny.rows(40), params(folder), 1)
