"""Our way to a prediction against the model's own, on a small model with random heads (its spans mean nothing, but must be the same)."""

import pytest

from asknews_ner.evaluate.benchmarks.own import held_out_templates
from asknews_ner.evaluate.scores.counts import count, f1_of
from asknews_ner.train.gliner.cpu_products import onednn_products
from asknews_ner.train.gliner.predict import gold_spans, predict
from asknews_ner.train.gliner.span_scores import can_score, encode, span_logits
from asknews_ner_tests.evaluate.models import small_model

pytestmark = pytest.mark.slow
BENCHMARK = held_out_templates(36, 2)


@pytest.fixture(scope="module")
def model():
    return small_model(3)


@pytest.mark.parametrize("nested", [False, True])
def test_scores_equal_gliner_s_own_evaluation(model, nested):
    """The same model, sentences, types and threshold through gliner's `evaluate`; with a sentence that is cut and a span too wide."""
    long = {"tokenized_text": ["word"] * 500, "ner": [[2, 3, "person"], [10, 40, "person"], [450, 451, "person"]]}
    rows = [*BENCHMARK.rows, long, {"tokenized_text": ["Oslo"], "ner": []}]
    for threshold in (0.4, 0.5):
        _, theirs = model.evaluate(rows, flat_ner=not nested, threshold=threshold, batch_size=8, entity_types=BENCHMARK.types)
        predicted = predict(model, rows, BENCHMARK.types, threshold, 8, lambda *_: None, nested, 600)
        assert sum(len(spans) for spans in predicted) > 50
        ours = f1_of(*count(gold_spans(rows), predicted).sum(axis=0))[2]
        assert ours == pytest.approx(float(theirs), abs=1e-9)
    overlap = any(a[:2] != b[:2] and a[0] <= b[1] and b[0] <= a[1] for spans in predicted for a in spans for b in spans)
    assert overlap == nested


def test_logits_equal_the_model_s_own_up_to_rounding(model):
    import torch

    rows = BENCHMARK.rows[:6]
    with torch.inference_mode():
        batch = model.collate_batch(
            model.prepare_base_input([row["tokenized_text"] for row in rows]), BENCHMARK.types, model.create_collator()
        )
        theirs = model.run_batch(batch)[0]
        with onednn_products(model.model):
            ours = span_logits(model, *encode(model, [row["tokenized_text"] for row in rows], BENCHMARK.types))
    assert ours.shape == theirs.shape
    for index, row in enumerate(rows):
        words = len(row["tokenized_text"])
        for width in range(min(words, ours.shape[2])):
            found, expected = ours[index, : words - width, width], theirs[index, : words - width, width]
            assert torch.allclose(found, expected, atol=2e-3, rtol=1e-4)


def test_onednn_s_products_leave_the_model_as_it_was(model):
    import torch

    layer = next(module for module in model.model.modules() if type(module) is torch.nn.Linear)
    inputs = torch.randn(7, layer.in_features)
    with torch.inference_mode():
        expected = layer(inputs)
        with onednn_products(model.model):
            assert "forward" in vars(layer)
            assert torch.allclose(layer(inputs), expected, atol=1e-4)
    assert "forward" not in vars(layer)
    with pytest.raises(ValueError, match="stop"), onednn_products(model.model):
        raise ValueError("stop")
    assert "forward" not in vars(layer)


def test_other_kinds_of_gliner_go_their_own_way(model):
    """A model whose spans are scored otherwise is read through its own forward pass, with the same result."""
    ours = predict(model, BENCHMARK.rows[:8], BENCHMARK.types, 0.6, 4, lambda *_: None)
    assert can_score(model)
    model.config.precomputed_prompts_mode = None  # falsy for gliner too: an ordinary model
    assert can_score(model)
    head = model.model.span_rep_layer.span_rep_layer
    model.model.span_rep_layer.span_rep_layer = type("Other", (type(head).__bases__[0],), {"forward": lambda _, *given: head(*given)})()
    try:
        assert not can_score(model)
        assert predict(model, BENCHMARK.rows[:8], BENCHMARK.types, 0.6, 4, lambda *_: None) == ours
    finally:
        model.model.span_rep_layer.span_rep_layer = head


def test_a_model_in_bfloat16_predicts_spans_within_its_sentences():
    import torch

    from asknews_ner.evaluate.inference.predictor import in_precision

    model = in_precision(small_model(3), "bfloat16")
    assert {parameter.dtype for parameter in model.model.parameters()} == {torch.bfloat16}
    rows = BENCHMARK.rows[:6]
    found = predict(model, rows, BENCHMARK.types, 0.5, 4, lambda *_: None)
    assert len(found) == 6
    spans = [(span, len(row["tokenized_text"])) for row, spans in zip(rows, found, strict=True) for span in spans]
    assert all(0 <= start <= end < words and label in BENCHMARK.types for (start, end, label), words in spans)


def test_an_encoder_between_words_and_spans_is_not_left_out(model):
    """Such a model is read through its own forward pass: its head alone would give other spans."""
    import torch
    from gliner.modeling.context_encoders import build_context_encoder

    from asknews_ner.train.gliner.span_head import can_be_factored

    layer = model.model.span_rep_layer
    kept = layer.context_encoder
    torch.manual_seed(5)
    layer.context_encoder = build_context_encoder({"model_type": "rnn"}, input_size=model.config.hidden_size).eval()
    try:
        assert not can_be_factored(model.model) and not can_score(model)
        rows = BENCHMARK.rows[:8]
        found = predict(model, rows, BENCHMARK.types, 0.5, 8, lambda *_: None)
        batch = model.collate_batch(
            model.prepare_base_input([row["tokenized_text"] for row in rows]), BENCHMARK.types, model.create_collator()
        )
        theirs = model.decode_batch(model.run_batch(batch, threshold=0.5), batch, threshold=0.5, flat_ner=True)
        assert [{(span.start, span.end, span.entity_type) for span in spans} for spans in theirs] == [set(spans) for spans in found]
    finally:
        layer.context_encoder = kept


def test_batches_change_nothing(model):
    whole = predict(model, BENCHMARK.rows, BENCHMARK.types, 0.6, 36, lambda *_: None)
    done = []
    assert predict(model, BENCHMARK.rows, BENCHMARK.types, 0.6, 5, done.append, batch_words=40) == whole
    assert sum(done) == len(BENCHMARK.rows)
    assert max(done) <= 5 and len(done) > len(BENCHMARK.rows) / 5
    assert predict(model, [{"tokenized_text": [], "ner": []}], ["person"], 1.0, 2, done.append) == [frozenset()]
