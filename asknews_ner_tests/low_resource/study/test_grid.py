"""Which trainings there are, and their rows."""

from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.low_resource.study.grid import Cell, carved, cells, shuffled, sizes_of
from asknews_ner_tests.low_resource.study.made import sentences


def test_sizes_are_the_wanted_ones_or_all_rows():
    assert sizes_of(5000, (100, 2500)) == [100, 2500]
    assert sizes_of(2500, (100, 2500)) == [100, 2500]
    assert sizes_of(2499, (100, 2500)) == [100, 2499]
    assert sizes_of(100, (100, 2500)) == [100]
    assert sizes_of(12, (100, 2500)) == [12]


def test_every_regime_but_scratch_has_its_point_at_0():
    found = cells({"human": 30, "m": 12}, ("scratch", "related"), (10, 20), (1, 2))
    assert len(found) == len(set(found)) == 2 * (2 + 2) * 2 + 2
    assert [cell for cell in found if cell.size == 0] == [Cell("related", "none", 0, 1), Cell("related", "none", 0, 2)]
    assert {cell.size for cell in found if cell.source == "m"} == {10, 12}


def test_rows_are_nested_and_differ_by_seed_and_source():
    rows = [row for count in range(1, 40) for row in sentences(1, seed=count)]
    order = shuffled(rows, "da", "human", 1)
    assert sorted(map(str, order)) == sorted(map(str, rows))
    assert order == shuffled(rows, "da", "human", 1)
    assert order != shuffled(rows, "da", "human", 2)
    assert order != shuffled(rows, "da", "m", 1)


@given(st.integers(2, 60), st.floats(0.01, 0.5))
def test_validation_is_carved_out_of_every_prefix_alike(count, share):
    rows = [str(place) for place in range(count)]
    train, validation = carved(rows, share)
    assert sorted(train + validation) == sorted(rows)
    assert len(validation) == max(1, int(count * share))
    smaller_train, smaller_validation = carved(rows[: count // 2 + 1], share)
    if int((count // 2 + 1) * share):
        assert set(smaller_train) <= set(train)
        assert set(smaller_validation) <= set(validation)
