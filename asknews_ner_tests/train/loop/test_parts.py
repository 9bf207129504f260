"""Gradients of a batch in parts, by accumulation or because memory ran out, are the whole batch's."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.train.gliner.collate import collate
from asknews_ner.train.loop.parts import PartParams, RowDoesNotFitError, backward_in_parts, part_of, parts
from asknews_ner_tests.train import tiny

pytestmark = pytest.mark.slow
ROWS = tiny.rows(5, seed=4)
TYPES = [["person", "team"], ["team", "location", "person"], ["location"], ["team"], ["person", "team", "location"]]


def gradients(model, at_once, most_rows=None, part_tokens=None):
    """(loss, gradients, halvings), with a GPU's error for every pass over more than `most_rows` rows, half of them in the backward."""
    import torch

    passes = []

    def loss_and_backward(part):
        passes.append(len(part["labels"]))
        if most_rows and len(part["labels"]) > most_rows:
            model(**part).loss.backward()  # gradients of a pass that then fails must not stay
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")
        loss = model(**part).loss
        loss.backward()
        return loss.detach()

    model.zero_grad()
    loss, halved = backward_in_parts(collate(model, ROWS, TYPES), PartParams(at_once, part_tokens), loss_and_backward, model.zero_grad)
    return float(loss), {name: weight.grad.clone() for name, weight in model.named_parameters() if weight.grad is not None}, halved, passes


@pytest.fixture(scope="module")
def model(tiny_backbone):
    """Without dropout, which draws other numbers for other shapes."""
    return tiny.model(tiny_backbone).eval()


def same(one, other):
    import torch

    return all(torch.allclose(one[name], other[name], rtol=1e-4, atol=1e-5 * float(one[name].abs().max() + 1)) for name in one)


@pytest.mark.parametrize("at_once", [1, 2, 3, 4, 99])
def test_accumulated_gradients_are_the_whole_batch_s(model, at_once):
    loss, whole, _, _ = gradients(model, None)
    part_loss, parts, halved, passes = gradients(model, at_once)
    assert (halved, sum(passes), max(passes)) == (0, 5, min(at_once, 5))
    assert part_loss == pytest.approx(loss, rel=1e-5)
    assert same(whole, parts)
    assert sum(float(grad.abs().sum()) for grad in whole.values()) > 1  # there is something to compare


def test_parts_of_like_length_have_the_whole_batch_s_gradients(model):
    loss, whole, _, _ = gradients(model, None)
    part_loss, in_parts, halved, passes = gradients(model, None, part_tokens=1)
    assert halved == 0
    assert sum(passes) == 5
    assert len(passes) > 2
    assert part_loss == pytest.approx(loss, rel=1e-5)
    assert same(whole, in_parts)
    assert gradients(model, None, most_rows=1, part_tokens=1)[3][-5:] == [1, 1, 1, 1, 1]


def cost(cut, lengths, part_tokens):
    return sum(len(members) * max(lengths[row] for row in members) + part_tokens for members in cut)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=9), st.integers(1, 9), st.integers(1, 200))
def test_parts_hold_every_row_once_and_no_other_cut_of_the_sorted_rows_is_cheaper(lengths, most, part_tokens):
    cut = parts(lengths, most, part_tokens)
    assert sorted(row for members in cut for row in members) == list(range(len(lengths)))
    assert max(len(members) for members in cut) <= most
    order = sorted(range(len(lengths)), key=lambda row: lengths[row])
    others = []
    for chosen in product([False, True], repeat=len(order) - 1):
        edges = [0, *(place for place, here in enumerate(chosen, start=1) if here), len(order)]
        other = [order[first:last] for first, last in pairwise(edges)]
        if max(map(len, other)) <= most:
            others.append(cost(other, lengths, part_tokens))
    assert cost(cut, lengths, part_tokens) == min(others)


@pytest.mark.parametrize(
    ("most_rows", "halvings", "passes"), [(4, 1, [5, 3, 2]), (2, 2, [5, 3, 2, 2, 1]), (1, 3, [5, 3, 2, 1, 1, 1, 1, 1])]
)
def test_a_batch_that_does_not_fit_is_halved_and_its_gradients_stay_the_same(model, most_rows, halvings, passes):
    loss, whole, _, _ = gradients(model, None)
    part_loss, parts, halved, seen = gradients(model, None, most_rows)
    assert (halved, seen) == (halvings, passes)
    assert part_loss == pytest.approx(loss, rel=1e-5)
    assert same(whole, parts)


def test_a_row_that_does_not_fit_is_an_error_and_other_errors_pass(model):
    def no_memory(part):
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory")

    def wrong(part):
        raise RuntimeError("shapes do not match")

    inputs = collate(model, ROWS, TYPES)
    with pytest.raises(RowDoesNotFitError):
        backward_in_parts(inputs, PartParams(None, None), no_memory, model.zero_grad)
    with pytest.raises(RuntimeError, match="shapes"):
        backward_in_parts(inputs, PartParams(None, None), wrong, model.zero_grad)


def test_a_part_drops_the_padding_of_longer_rows(model):
    inputs = collate(model, [*ROWS, {"tokenized_text": ["long"] * 30, "ner": []}], [*TYPES, ["team"]])
    part = part_of(inputs, [0, 1])
    alone = collate(model, ROWS[:2], TYPES[:2])
    assert {key: part[key].shape for key in ("input_ids", "span_idx", "span_mask")} == {
        key: alone[key].shape for key in ("input_ids", "span_idx", "span_mask")
    }
    assert part["word_lengths"] == alone["word_lengths"]
    assert float(model(**part).loss) == pytest.approx(float(model(**alone).loss), rel=1e-5)
