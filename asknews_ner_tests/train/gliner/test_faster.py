"""Arithmetic of our own against gliner's and PyTorch's."""

import pytest

from asknews_ner.train.gliner.collate import collate
from asknews_ner_tests.train import tiny

pytestmark = pytest.mark.slow
TYPES = ["person", "team", "location"]


@pytest.fixture(scope="module")
def model(tiny_backbone):
    return tiny.model(tiny_backbone)


def passed(model, inputs):
    import torch

    model.zero_grad()
    torch.manual_seed(5)
    output = model(**inputs, masking="none")
    output.loss.backward()
    return output, {name: weight.grad.clone() for name, weight in model.named_parameters() if weight.grad is not None}


@pytest.mark.parametrize("training", [False, True])
def test_the_factored_head_gives_gliner_s_scores_loss_and_gradients(model, training):
    """With dropout too: masks of the same size are drawn in the same order, so they fall on the same elements."""
    import torch

    from asknews_ner.train.gliner.span_head import factored_head

    inputs = collate(model, tiny.rows(6, 5), [TYPES, TYPES[:1], TYPES, TYPES[1:], TYPES, TYPES])
    model.train(training)
    theirs, gradients = passed(model, inputs)
    with factored_head(model) as done:
        ours, ours_gradients = passed(model, inputs)
    assert done
    shown = inputs["span_mask"].view(theirs.logits.shape[:3])
    assert torch.allclose(theirs.logits[shown], ours.logits[shown], atol=1e-5)
    assert torch.allclose(theirs.loss, ours.loss, rtol=1e-5)
    assert set(gradients) == set(ours_gradients)
    assert all(torch.allclose(gradients[name], ours_gradients[name], rtol=1e-3, atol=1e-4) for name in gradients)
    assert "forward" not in vars(model.model)


@pytest.mark.parametrize("training", [False, True])
def test_the_lstm_over_padded_texts_gives_gliner_s_words_loss_and_gradients(model, training):
    import torch

    from asknews_ner.train.gliner.padded_lstm import padded_lstm

    inputs = collate(model, tiny.rows(6, 5), [TYPES, TYPES[:1], TYPES, TYPES[1:], TYPES, TYPES])
    assert len(set(inputs["word_lengths"])) > 2
    model.train(training)
    theirs, gradients = passed(model, inputs)
    with padded_lstm(model) as done:
        ours, ours_gradients = passed(model, inputs)
    assert done
    assert torch.allclose(theirs.words_embedding, ours.words_embedding, atol=1e-5)
    assert torch.allclose(theirs.loss, ours.loss, rtol=1e-5)
    assert set(gradients) == set(ours_gradients)
    assert all(torch.allclose(gradients[name], ours_gradients[name], rtol=1e-3, atol=1e-4) for name in gradients)
    assert "forward" not in vars(model.model.rnn)


def test_a_model_without_an_lstm_is_left_alone(tiny_backbone):
    from asknews_ner.train.gliner.padded_lstm import padded_lstm

    model = tiny.model(tiny_backbone)
    del model.model.rnn
    with padded_lstm(model) as done:
        assert not done


def test_the_factored_head_finds_the_same_entities(tiny_backbone):
    from asknews_ner.train.gliner.predict import predict
    from asknews_ner.train.gliner.span_head import factored_head

    model = tiny.model(tiny_backbone)
    rows = tiny.rows(40, 6)
    theirs = predict(model, rows, TYPES, 0.4, 7, lambda count: None)
    with factored_head(model):
        ours = predict(model, rows, TYPES, 0.4, 7, lambda count: None)
    assert ours == theirs
    assert sum(len(spans) for spans in theirs) > 20


def test_other_kinds_of_models_keep_their_arithmetic(tiny_backbone):
    from gliner import GLiNER, GLiNERConfig

    from asknews_ner.train.gliner.span_head import factored_head

    config = GLiNERConfig(model_name=str(tiny_backbone), span_mode="token_level", hidden_size=32, max_width=4)
    with factored_head(GLiNER.from_config(config)) as done:
        assert not done


@pytest.mark.parametrize("share", [0.1, 0.4])
def test_short_dropout_drops_its_share_and_keeps_the_mean(share):
    import torch

    from asknews_ner.train.gliner.short_dropout import dropped

    torch.manual_seed(1)
    values = torch.ones(1001, 999, requires_grad=True)
    out = dropped(values, share)
    out.sum().backward()
    assert float((out == 0).float().mean()) == pytest.approx(share, abs=0.002)
    assert float(out.detach().mean()) == pytest.approx(1, abs=0.003)
    assert torch.equal(values.grad, out.detach())
    # No pattern along rows or columns: shares of single ones vary as those of independent draws do.
    spread = (share * (1 - share) / 1000) ** 0.5
    for axis in (0, 1):
        assert float((out.detach() == 0).float().mean(dim=axis).std()) == pytest.approx(spread, rel=0.1)


def test_dropout_is_short_only_while_training(model):
    import torch

    from asknews_ner.train.gliner.short_dropout import short_dropout

    layer = next(module for module in model.modules() if isinstance(module, torch.nn.Dropout))
    values = torch.ones(50)
    with short_dropout(model) as count:
        assert count > 5
        assert torch.equal(layer.eval()(values), values)
        assert int((layer.train()(values) == 0).sum()) > 0
    assert "forward" not in vars(layer)
