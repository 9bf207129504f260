import json

import pytest

from asknews_ner.train.loop.params import FitParams
from asknews_ner_tests.train import tiny

pytestmark = pytest.mark.slow


def params(**changes):
    values = {
        "epochs": 2, "steps": 0, "batch_size": 4, "encoder_learning_rate": 1e-3, "head_learning_rate": 1e-3, "weight_decay": 0.0, "seed": 1,
        "focal_alpha": -1, "focal_gamma": 0, "precision": "float32", "log_steps": 1,
    }  # fmt: skip
    return FitParams(**{**values, **changes})


def weights(model):
    return {name: weight.detach().clone() for name, weight in model.named_parameters()}


def test_a_batch_that_does_not_fit_takes_its_step_all_the_same(tiny_backbone, tmp_path):
    """A hook that raises a GPU's error above two texts: steps, curve and weights are those of a run that had the memory."""
    import torch

    from asknews_ner.train.loop.fit import fit

    def full(module, arguments, keywords):
        if module.training and len(keywords["labels"]) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")

    results, ends = [], []
    for hook in (None, full):
        model = tiny.model(tiny_backbone, dropout=0.0)
        for module in model.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        if hook:
            model.model.register_forward_pre_hook(hook, with_kwargs=True)
        results.append(fit(model, tiny.rows(8), tiny.rows(3, 9), params(), tmp_path / str(hook is None), lambda numbers: None))
        ends.append(weights(model))
    enough, short = results
    assert (enough.halved, short.halved, short.steps) == (0, 4, 4)
    assert [point["loss"] for point in short.history if "loss" in point] == pytest.approx(
        [point["loss"] for point in enough.history if "loss" in point], rel=1e-3
    )
    assert all(torch.allclose(ends[0][name], ends[1][name], atol=2e-3) for name in ends[0])


def test_a_text_that_does_not_fit_alone_is_a_clear_error(tiny_backbone, tmp_path):
    import torch

    from asknews_ner.train.loop.faults import TrainingError
    from asknews_ner.train.loop.fit import fit

    def full(*_):
        raise torch.OutOfMemoryError("CUDA out of memory")

    model = tiny.model(tiny_backbone)
    model.model.register_forward_pre_hook(full)
    with pytest.raises(TrainingError, match="step 1: out of memory with a single text .* lower tune.max_length"):
        fit(model, tiny.rows(4), [], params(), tmp_path, lambda numbers: None)


def test_a_loss_that_is_no_number_ends_the_run_with_the_batch_saved_and_the_weights_unspoilt(tiny_backbone, tmp_path):
    import torch

    from asknews_ner.train.loop.faults import TrainingError
    from asknews_ner.train.loop.fit import fit

    calls = []

    def spoil(module, inputs, output):
        calls.append(1)
        return output * float("nan") if len(calls) == 3 else output

    model = tiny.model(tiny_backbone)
    model.model.prompt_rep_layer.register_forward_hook(spoil)
    with pytest.raises(TrainingError, match="step 3: the loss is nan and .*not-finite-step-3.json"):
        fit(model, tiny.rows(8), [], params(epochs=3), tmp_path, lambda numbers: None)
    saved = json.loads((tmp_path / "not-finite-step-3.json").read_text())
    assert (saved["step"], len(saved["rows"])) == (3, 4)
    assert all(row["ner_labels"] for row in saved["rows"])
    assert all(bool(torch.isfinite(weight).all()) for weight in weights(model).values())


class Trap:
    def __reduce__(self):
        import pathlib

        return pathlib.Path.touch, (pathlib.Path("trap"),)


@pytest.mark.parametrize("name", ["optimizer.pt", "scheduler.pt", "rng_state.pth"])
def test_state_that_could_run_code_is_refused(tiny_backbone, tmp_path, monkeypatch, name):
    """A checkpoint whose file was replaced by a pickle: the run ends with an error, and the pickle does nothing."""
    import torch

    from asknews_ner.train.loop.faults import TrainingError
    from asknews_ner.train.loop.fit import fit

    monkeypatch.chdir(tmp_path)
    fit(tiny.model(tiny_backbone), tiny.rows(4), tiny.rows(2), params(epochs=1), tmp_path, lambda numbers: None)
    torch.save({"state": Trap()}, tmp_path / "checkpoint-1" / name)
    with pytest.raises(TrainingError, match="cannot be taken up again .* never as a pickle"):
        fit(tiny.model(tiny_backbone), tiny.rows(4), tiny.rows(2), params(epochs=2), tmp_path, lambda numbers: None)
    assert not (tmp_path / "trap").exists()


def test_a_checkpoint_cut_short_is_refused(tiny_backbone, tmp_path):
    from asknews_ner.train.loop.faults import TrainingError
    from asknews_ner.train.loop.fit import fit

    fit(tiny.model(tiny_backbone), tiny.rows(4), [], params(epochs=1), tmp_path, lambda numbers: None)
    file = tmp_path / "checkpoint-1" / "model.safetensors"
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(TrainingError, match="model.safetensors: this checkpoint cannot be taken up again"):
        fit(tiny.model(tiny_backbone), tiny.rows(4), [], params(epochs=2), tmp_path, lambda numbers: None)


def test_weights_that_are_a_pickle_with_code_are_refused(tiny_base, tmp_path, monkeypatch):
    import shutil

    import torch

    from asknews_ner.recipe import RecipeError
    from asknews_ner.train.gliner.model import load_model

    monkeypatch.chdir(tmp_path)
    foreign = tmp_path / "foreign"
    shutil.copytree(tiny_base, foreign)
    (foreign / "model.safetensors").unlink()
    torch.save({"weight": Trap()}, foreign / "pytorch_model.bin")
    with pytest.raises(RecipeError, match="could run code"):
        load_model(str(foreign))
    assert not (tmp_path / "trap").exists()
    torch.save(load_model(str(tiny_base)).model.state_dict(), foreign / "pytorch_model.bin")
    assert load_model(str(foreign)).config.max_width == 4
