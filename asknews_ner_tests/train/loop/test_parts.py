"""Gradients of a batch in parts, by accumulation or because memory ran out, are the whole batch's."""

import pytest

from asknews_ner.train.gliner.collate import collate
from asknews_ner.train.loop.parts import RowDoesNotFitError, backward_in_parts, part_of
from asknews_ner_tests.train import tiny

pytestmark = pytest.mark.slow
ROWS = tiny.rows(5, seed=4)
TYPES = [["person", "team"], ["team", "location", "person"], ["location"], ["team"], ["person", "team", "location"]]


def gradients(model, at_once, most_rows=None):
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
    loss, halved = backward_in_parts(collate(model, ROWS, TYPES), at_once, loss_and_backward, model.zero_grad)
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
        backward_in_parts(inputs, None, no_memory, model.zero_grad)
    with pytest.raises(RuntimeError, match="shapes"):
        backward_in_parts(inputs, None, wrong, model.zero_grad)


def test_a_part_drops_the_padding_of_longer_rows(model):
    inputs = collate(model, [*ROWS, {"tokenized_text": ["long"] * 30, "ner": []}], [*TYPES, ["team"]])
    part = part_of(inputs, 0, 2)
    alone = collate(model, ROWS[:2], TYPES[:2])
    assert {key: part[key].shape for key in ("input_ids", "span_idx", "span_mask")} == {
        key: alone[key].shape for key in ("input_ids", "span_idx", "span_mask")
    }
    assert part["word_lengths"] == alone["word_lengths"]
    assert float(model(**part).loss) == pytest.approx(float(model(**alone).loss), rel=1e-5)
