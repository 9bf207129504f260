import dataclasses
import json

import pytest

from asknews_ner_tests.train import tiny

pytestmark = pytest.mark.slow


def test_a_finished_model_tells_how_it_was_made(tiny_base, tmp_path):
    from asknews_ner.recipe import ReplayParams
    from asknews_ner.train.run import run_job

    dataset = tiny.write_dataset(tmp_path / "dataset", 6, 3)
    (tmp_path / ".training-tuned-of-another-job").mkdir()
    seen = []
    job = tiny.tune_job(
        tmp_path / "tuned", tiny_base, dataset, replay=ReplayParams(source="own-sentences", licence=None, share=0.25), average_decay=0.9,
        max_unread_share=1.0,
    )  # fmt: skip
    result = run_job(job, seen.append)
    facts = json.loads((tmp_path / "tuned" / "training.json").read_text())
    assert (facts["stamp"], facts["steps"], facts["replayed"], facts["halved"], facts["resumed_from"]) == ("tuned-stamp", 8, 2, 0, 0)
    assert facts["unread"]["texts"] == 8
    assert (facts["precision"], set(facts["libraries"]) >= {"gliner", "torch"}) == ("float32", True)
    assert (facts["best_f1"], facts["best_loss"]) == (result.best_f1, result.best_loss)
    curve = [json.loads(line) for line in (tmp_path / "tuned" / "curve.jsonl").read_text().splitlines()]
    assert curve == facts["history"]
    assert [{key: value for key, value in numbers.items() if key != "steps"} for numbers in seen] == curve
    assert all(numbers["steps"] == 8 for numbers in seen)
    assert not [path for path in tmp_path.rglob("*") if path.suffix in (".bin", ".pt", ".pth", ".pkl")]
    assert not list(tmp_path.glob(".training-*"))


def test_a_model_that_is_in_place_is_not_trained_again(tiny_base, tmp_path):
    """As after a run whose process died while its training went on: the second one waits for the lock, and then has nothing to do."""
    from asknews_ner.train.loop.checkpoints import checkpoint_folder
    from asknews_ner.train.run import run_job

    dataset = tiny.write_dataset(tmp_path / "dataset", 6, 3)
    job = tiny.tune_job(tmp_path / "tuned", tiny_base, dataset, max_unread_share=1.0)
    first = run_job(job, lambda _: None)
    made = (tmp_path / "tuned" / "training.json").stat().st_mtime_ns
    checkpoint_folder(tmp_path / "tuned", job.stamp).mkdir()  # of a process that was killed before it cleared up
    seen = []
    again = run_job(job, seen.append)
    assert again == dataclasses.replace(first, seconds=0.0) and first.seconds > 0
    assert (seen, (tmp_path / "tuned" / "training.json").stat().st_mtime_ns) == ([], made)
    assert not list(tmp_path.glob(".training-*"))
    run_job(job.model_copy(update={"stamp": "another"}), seen.append)
    assert seen and json.loads((tmp_path / "tuned" / "training.json").read_text())["stamp"] == "another"


def test_validation_measures_what_the_evaluation_measures(tiny_backbone):
    """F1 of the training's validation: that of gliner's own evaluator with the full list of types. Loss: whatever the batch size."""
    from asknews_ner.train.loop.validation import Validation

    model, threshold = tiny.model(tiny_backbone), 0.3
    rows = tiny.rows(80, 7)

    def compute(inputs):
        import torch

        model.eval()
        with torch.no_grad():
            output = model(**inputs)
        return output.loss, type(output)(**{name: value for name, value in output.items() if name != "loss"})

    measured = [Validation(model, rows, threshold, batch_size).measure(compute) for batch_size in (1, 7, 80)]
    _, theirs = model.evaluate(rows, flat_ner=True, threshold=threshold, batch_size=7, entity_types=["location", "person", "team"])
    assert [one["eval_f1"] for one in measured] == pytest.approx([float(theirs)] * 3, abs=1e-9)
    assert float(theirs) > 0
    assert [one["eval_loss"] for one in measured] == pytest.approx([measured[0]["eval_loss"]] * 3, rel=1e-4)
