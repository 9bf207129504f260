import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.train.loop.batches import ROWS, BatchParams, EpochBatches, epoch_order
from asknews_ner.train.loop.shown_types import NOTHING, shown_types
from asknews_ner_tests.train import tiny


@given(st.lists(st.integers(1, 40), max_size=60), st.integers(1, 6), st.integers(1, 5), st.integers(0, 3))
def test_every_row_is_in_one_batch_of_an_epoch(lengths, batch_size, bucket, epoch):
    batches = epoch_order(lengths, batch_size, bucket, 7, epoch)
    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    assert all(len(batch) == batch_size for batch in batches) or sum(len(batch) != batch_size for batch in batches) == 1
    assert batches == epoch_order(lengths, batch_size, bucket, 7, epoch)


def test_buckets_hold_texts_of_a_length_and_stand_in_random_order():
    draw = random.Random(1)
    lengths = [draw.randint(5, 200) for _ in range(400)]

    def padded(batches):
        return sum(max(lengths[row] for row in batch) * len(batch) for batch in batches) / sum(lengths)

    assert padded(epoch_order(lengths, 5, 50, 1, 0)) < 1.05 < 1.4 < padded(epoch_order(lengths, 5, 1, 1, 0))
    longest = [max(lengths[row] for row in batch) for batch in epoch_order(lengths, 5, 50, 1, 0)]
    assert longest != sorted(longest)
    assert epoch_order(lengths, 5, 50, 1, 0) != epoch_order(lengths, 5, 50, 1, 1)


def test_types_are_a_text_s_own_and_some_of_its_batch():
    rows = [{"ner": [[0, 0, "a"], [1, 1, "b"]]}, {"ner": [[0, 0, "c"]]}, {"ner": []}, {"ner": [[0, 0, "a"]], "ner_labels": ["a", "z"]}]
    drawn = [shown_types(rows, random.Random(seed), 25, 1, {}, 0) for seed in range(60)]
    assert {frozenset(types[0]) for types in drawn} == {frozenset("ab"), frozenset("abc")}
    assert {frozenset(types[1]) for types in drawn} == {frozenset("c"), frozenset("ac"), frozenset("bc")}
    assert all(types[2] == [NOTHING] and types[3] == ["a", "z"] for types in drawn)
    assert {tuple(types[0])[:1] for types in drawn} >= {("a",), ("b",)}


def test_own_types_come_before_negatives_where_there_is_no_room_for_all():
    rows = [{"ner": [[0, 0, "a"], [1, 1, "b"]]}, {"ner": [[0, 0, name] for name in "cdefgh"]}]
    for seed in range(30):
        types = shown_types(rows, random.Random(seed), 3, 5, {"a": ["x", "b"], "b": ["y"]}, 2)
        assert {"a", "b"} < set(types[0])
        assert set(types[0]) <= {"a", "b", "x"}
        assert len(types[1]) == 3


def test_near_types_are_taken_in_turn_and_are_not_the_text_s_own():
    rows = [{"ner": [[0, 0, "a"], [1, 1, "b"]]}]
    near = {"a": ["b", "x", "y"], "b": ["a", "x", "z"]}
    assert sorted(shown_types(rows, random.Random(0), 25, 0, near, 2)[0]) == ["a", "b", "x", "y"]
    assert sorted(shown_types(rows, random.Random(0), 25, 0, near, 9)[0]) == ["a", "b", "x", "y", "z"]


@pytest.mark.slow
def test_batches_do_not_depend_on_where_an_epoch_is_taken_up(tiny_backbone):
    import torch

    stream = EpochBatches(tiny.model(tiny_backbone), tiny.rows(23), {}, BatchParams(4, 3, 25, 1, 0, 5))
    whole, later = list(stream.of_epoch(2, 0)), list(stream.of_epoch(2, 4))
    assert (len(stream), len(whole)) == (6, 6)
    assert later[:4] == [None] * 4
    for one, other in zip(whole[4:], later[4:], strict=True):
        assert one[ROWS] == other[ROWS]
        assert torch.equal(one["labels"], other["labels"])
    assert [row["ner_labels"] for row in whole[0][ROWS]] != [row["ner_labels"] for row in next(iter(stream.of_epoch(3, 0)))[ROWS]]


@pytest.mark.slow
def test_near_types_are_near():
    from asknews_ner.train.near_types import near_types

    near = near_types(["city", "town", "disease", "illness", "protein"], 2)
    assert (near["city"][0], near["illness"][0], len(near["protein"])) == ("town", "disease", 2)
    assert near_types(["city"], 2) == near_types(["city", "town"], 0) == {}
