import json
import os
import random
import subprocess
import sys

import pytest

from asknews_ner.train.job import write_job
from asknews_ner_tests.train import tiny

pytestmark = pytest.mark.slow
CLOCKED = {"rows_per_second", "memory_mb", "eval_seconds"}
EPOCHS, BATCHES = 4, 7


def run(folder, name, base, steps, **changes):
    """Exit codes of a job that is broken off at `steps`, and of the run that ends it; its weights and its curve."""
    dataset = tiny.write_dataset(folder / "dataset", train=2 * BATCHES - 1, validation=5)
    values = {"epochs": EPOCHS, "average_decay": 0.9, "encoder_learning_rate": 1e-3, "head_learning_rate": 3e-3, "plateau_patience": 0}
    values["negatives"] = tiny.RECIPE.tune.negatives.model_copy(update={"near": 1})
    job = tiny.tune_job(folder / name, base, dataset, **{**values, **changes})
    write_job(job, folder / f"{name}.json")
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "ASKNEWS_NER_BARS": "0"}
    environment.pop("PYTHONHASHSEED", None)  # the order of sets must not matter
    command = [sys.executable, "-m", "asknews_ner_tests.train.loop.breaking_program", str(folder / f"{name}.json"), *steps]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    codes = [int(line) for line in done.stdout.split()]
    assert codes[-1] == 0, done.stderr
    lines = (folder / name / "curve.jsonl").read_text().splitlines()
    curve = [{key: value for key, value in json.loads(line).items() if key not in CLOCKED} for line in lines]
    assert not list(folder.glob(".training-*"))
    return codes, (folder / name / "model.safetensors").read_bytes(), curve, json.loads((folder / name / "training.json").read_text())


@pytest.mark.parametrize("checkpoint_steps", [3, None])
def test_a_killed_run_goes_on_to_the_same_weights_and_the_same_curve(tmp_path, tiny_base, checkpoint_steps):
    """SIGKILL at random steps, checkpoints within epochs or after each: bit-equal weights on one thread of a CPU."""
    long = os.environ.get("ASKNEWS_NER_LONG")
    steps = random.Random(f"{checkpoint_steps}").sample(range(1, EPOCHS * BATCHES + 1), 5 if long else 2)
    loop = {"checkpoint_steps": checkpoint_steps}
    _, weights, curve, facts = run(tmp_path, "unbroken", tiny_base, [], loop=loop)
    codes, broken_weights, broken_curve, broken_facts = run(tmp_path, "killed", tiny_base, [str(step) for step in sorted(steps)], loop=loop)
    assert codes[:-1] == [-9] * len(steps)
    assert broken_curve == curve
    assert [point["step"] for point in curve if "loss" in point] == list(range(1, EPOCHS * BATCHES + 1))
    assert len([point for point in curve if "eval_f1" in point]) == EPOCHS
    assert broken_weights == weights
    assert facts["resumed_from"] == 0
    assert max(steps) - (checkpoint_steps or BATCHES) <= broken_facts["resumed_from"] <= max(steps)
    assert (broken_facts["best_f1"], broken_facts["best_loss"]) == (facts["best_f1"], facts["best_loss"])


def test_sigterm_saves_at_once_and_has_its_own_exit_code(tmp_path, tiny_base):
    from asknews_ner.train.__main__ import EXIT_STOPPED

    _, weights, curve, _ = run(tmp_path, "unbroken", tiny_base, [])
    codes, broken_weights, broken_curve, facts = run(tmp_path, "stopped", tiny_base, ["TERM5", "TERM16"])
    assert codes == [EXIT_STOPPED, EXIT_STOPPED, 0]
    assert facts["resumed_from"] in (16, 17)  # the step that was under way when the signal came
    assert broken_weights == weights
    assert broken_curve == curve
