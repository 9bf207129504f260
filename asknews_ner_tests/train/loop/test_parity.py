"""The loop against the fewest lines of PyTorch that train a GLiNER."""

import pytest

from asknews_ner.train.loop.batches import epoch_order
from asknews_ner.train.loop.validation import Validation
from asknews_ner_tests.train import tiny
from asknews_ner_tests.train.loop.test_faults import params

pytestmark = pytest.mark.slow
TYPES = ["location", "person", "team"]
EPOCHS = 3


def bare(model, rows, validation, values):
    """gliner's own collator and forward pass, PyTorch's AdamW, a linear decay. Loss and F1 of the validation after each epoch."""
    import torch
    from transformers import get_linear_schedule_with_warmup

    named = list(model.named_parameters())
    groups = [
        {"params": [weight for name, weight in named if "token_rep_layer" in name], "lr": values.encoder_learning_rate},
        {"params": [weight for name, weight in named if "token_rep_layer" not in name], "lr": values.head_learning_rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=values.weight_decay)
    schedule = get_linear_schedule_with_warmup(optimizer, 0, EPOCHS * -(-len(rows) // values.batch_size))
    collator, check = model._create_data_collator(), Validation(model, validation, values.validation_threshold, 16)

    def loss_and_output(inputs):
        model.eval()
        with torch.no_grad():
            output = model(**inputs)
        return output.loss, type(output)(**{name: value for name, value in output.items() if name != "loss"})

    curve = []
    for epoch in range(EPOCHS):
        for batch in epoch_order([len(row["tokenized_text"]) for row in rows], values.batch_size, 2, values.seed, epoch):
            model.train()
            model(**collator([rows[index] for index in batch])).loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), values.max_gradient_norm)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
        curve.append(check.measure(loss_and_output))
    return curve


def test_a_bare_loop_over_the_same_batches_has_the_same_curve(tiny_backbone, tmp_path):
    """No dropout and all types in every prompt, so that nothing is drawn but the order: the curves are equal up to rounding, with fused
    AdamW, factored head, padded LSTM, batches in parts and own collator on the one side and none of them on the other."""
    from asknews_ner.train.loop.fit import fit

    rows = [{**row, "ner_labels": TYPES} for row in tiny.rows(22, 3)]
    validation = tiny.rows(12, 5)
    values = params(
        epochs=EPOCHS,
        schedule="linear",
        bucket_batches=2,
        part_tokens=2,
        factored_head=True,
        padded_lstm=True,
        head_learning_rate=4e-3,
        validation_threshold=0.3,
    )
    ours = fit(tiny.model(tiny_backbone, dropout=0.0), rows, validation, values, tmp_path, lambda numbers: None)
    theirs = bare(tiny.model(tiny_backbone, dropout=0.0), rows, validation, values)
    measured = [point for point in ours.history if "eval_loss" in point]
    assert [point["eval_loss"] for point in measured] == pytest.approx([point["eval_loss"] for point in theirs], rel=2e-3)
    assert [point["eval_f1"] for point in measured] == pytest.approx([point["eval_f1"] for point in theirs], abs=0.02)
    assert measured[-1]["eval_loss"] < 0.9 * measured[0]["eval_loss"]
