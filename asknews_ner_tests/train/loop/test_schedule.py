"""The rates as the trainer's own scheduler sets them, over given validations."""

import pytest

from asknews_ner_tests.train import tiny
from asknews_ner_tests.train.loop.test_faults import params

pytestmark = pytest.mark.slow


def ran(tiny_backbone, folder, monkeypatch, validations, **changes):
    """A real run of one step an epoch whose validations measure the given (loss, F1)."""
    from asknews_ner.train.loop import fit as fit_module
    from asknews_ner.train.loop.validation import Validation

    given = iter(validations)
    monkeypatch.setattr(Validation, "measure", lambda self, compute: dict(zip(("eval_loss", "eval_f1"), next(given), strict=True)))
    return fit_module.fit(
        tiny.model(tiny_backbone), tiny.rows(4), tiny.rows(2), params(epochs=len(validations), **changes), folder, lambda numbers: None
    )  # fmt: skip


def rates(result):
    return [round(point["learning_rate"], 9) for point in result.history if "loss" in point]


def test_the_rate_falls_only_on_a_plateau(tiny_backbone, tmp_path, monkeypatch):
    """Patience 1: one epoch without a better loss is borne, the second one halves both rates. F1, which says the opposite, does not
    matter to the rates; it chooses the weights."""
    losses = [5.0, 4.0, 4.5, 3.0, 3.1, 3.2, 3.3, 2.9, 2.8]
    f1 = [0.9, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
    result = ran(
        tiny_backbone, tmp_path, monkeypatch, list(zip(losses, f1, strict=True)), encoder_learning_rate=1e-3, head_learning_rate=4e-3
    )
    assert rates(result) == [1e-3] * 6 + [5e-4] * 3
    assert [round(point["head_learning_rate"], 9) for point in result.history if "loss" in point] == [4e-3] * 6 + [2e-3] * 3
    assert (result.best_f1, result.best_loss) == (0.9, 5.0)


def test_the_rate_can_follow_f1_and_the_weights_the_loss(tiny_backbone, tmp_path, monkeypatch):
    pairs = [(3.0, 0.1), (2.0, 0.2), (1.0, 0.2), (1.5, 0.2), (0.5, 0.3)]
    result = ran(
        tiny_backbone, tmp_path, monkeypatch, pairs, plateau_metric="validation_f1", plateau_mode="max", plateau_patience=0,
        plateau_factor=0.1, best_by="validation_loss",
    )  # fmt: skip
    assert rates(result) == pytest.approx([1e-3, 1e-3, 1e-3, 1e-4, 1e-5])
    assert (result.best_f1, result.best_loss) == (0.3, 0.5)


def test_training_ends_early_where_the_recipe_says_so(tiny_backbone, tmp_path, monkeypatch):
    pairs = [(1.0, 0.1), (1.0, 0.5), (1.0, 0.4), (1.0, 0.5), (1.0, 0.9)]
    assert ran(tiny_backbone, tmp_path / "early", monkeypatch, pairs, early_stopping=2).steps == 4
    assert ran(tiny_backbone, tmp_path / "whole", monkeypatch, pairs).steps == 5


def test_only_the_last_checkpoint_and_the_best_weights_are_kept_and_the_best_are_given(tiny_backbone, tmp_path, monkeypatch):
    pairs = [(1.0, 0.1), (1.0, 0.5), (1.0, 0.4), (1.0, 0.3)]
    result = ran(tiny_backbone, tmp_path, monkeypatch, pairs)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["best-2", "checkpoint-4", "curve.jsonl"]
    assert result.best_f1 == 0.5
    assert not list(tmp_path.rglob("*.bin"))
