"""Runs that are killed and taken up again, all of them in one program: its imports take longer than the training."""

import json
import os
import random
import subprocess
import sys
from dataclasses import dataclass

import pytest

from asknews_ner.train.job import write_job
from asknews_ner_tests.train import tiny

pytestmark = pytest.mark.slow
CLOCKED = {"samples_per_second", "memory_mb", "eval_seconds"}
EPOCHS, BATCHES = 4, 7
KILLS = 5 if os.environ.get("ASKNEWS_NER_LONG") else 2
WITHIN_EPOCHS = {"checkpoint_steps": 3}
AFTER_AN_EPOCH_S_CHECKPOINT = 22  # the one before is of step 21, the last of the third epoch: its validation must be in it


def random_steps(seed):
    return sorted(random.Random(seed).sample(range(1, AFTER_AN_EPOCH_S_CHECKPOINT), KILLS))


RUNS = {
    "unbroken": ({}, []),
    "unbroken_within": (WITHIN_EPOCHS, []),
    "killed": ({}, [str(step) for step in random_steps(4)]),
    "killed_within": (WITHIN_EPOCHS, [*map(str, random_steps(5)), str(AFTER_AN_EPOCH_S_CHECKPOINT)]),
    "stopped": ({}, ["TERM6", "TERM16"]),  # the first is seen at the last step of an epoch
}


@dataclass(frozen=True)
class Ended:
    codes: list[int]
    weights: bytes
    curve: list[dict[str, float]]
    facts: dict


@pytest.fixture(scope="module")
def ended(tmp_path_factory, tiny_base):
    """What each of the runs left: exit codes of its processes, weights, curve without clock and memory, facts."""
    folder = tmp_path_factory.mktemp("broken")
    dataset = tiny.write_dataset(folder / "dataset", train=2 * BATCHES - 1, validation=5)
    values = {
        "epochs": EPOCHS,
        "average_decay": 0.9,
        "encoder_learning_rate": 1e-3,
        "head_learning_rate": 3e-3,
        "plateau_patience": 0,
    }
    for name, (loop, _) in RUNS.items():
        write_job(tiny.tune_job(folder / name, tiny_base, dataset, **values, loop=loop), folder / f"{name}.json")
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "ASKNEWS_NER_BARS": "0"}
    environment.pop("PYTHONHASHSEED", None)  # the order of sets must not matter
    command = [sys.executable, "-m", "asknews_ner_tests.train.loop.breaking_program"]
    command += [f"{folder / name}.json:{','.join(steps)}" for name, (_, steps) in RUNS.items()]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    codes = [line.split() for line in done.stdout.splitlines()]
    assert {name for name, code in codes if code == "0"} == set(RUNS), done.stderr
    assert not list(folder.glob(".training-*"))
    results = {}
    for name in RUNS:
        points = [json.loads(line) for line in (folder / name / "curve.jsonl").read_text().splitlines()]
        results[name] = Ended(
            [int(code) for run, code in codes if run == name],
            (folder / name / "model.safetensors").read_bytes(),
            [{key: value for key, value in point.items() if key not in CLOCKED} for point in points],
            json.loads((folder / name / "training.json").read_text()),
        )
    return results


@pytest.mark.parametrize(("name", "unbroken", "interval"), [("killed", "unbroken", BATCHES), ("killed_within", "unbroken_within", 3)])
def test_a_killed_run_goes_on_to_the_same_weights_and_the_same_curve(ended, name, unbroken, interval):
    """SIGKILL at random steps, checkpoints after each epoch or within them: bit-equal weights on one thread of a CPU."""
    whole, broken = ended[unbroken], ended[name]
    last = int(RUNS[name][1][-1])
    assert broken.codes == [-9] * len(RUNS[name][1]) + [0]
    assert broken.curve == whole.curve
    assert broken.weights == whole.weights
    assert (whole.facts["resumed_from"], max(0, last - interval) <= broken.facts["resumed_from"] <= last) == (0, True)
    assert (broken.facts["best_f1"], broken.facts["best_loss"]) == (whole.facts["best_f1"], whole.facts["best_loss"])


def test_the_curve_has_a_line_for_each_log_and_each_validation(ended):
    curve = ended["unbroken"].curve
    assert [point["step"] for point in curve if "loss" in point] == list(range(1, EPOCHS * BATCHES + 1))
    assert [point["step"] for point in curve if "eval_f1" in point] == [BATCHES * epoch for epoch in range(1, EPOCHS + 1)]
    assert all({"head_learning_rate", "learning_rate", "grad_norm"} <= set(point) for point in curve if "loss" in point)
    assert ended["unbroken"].facts["steps"] == EPOCHS * BATCHES


def test_sigterm_saves_at_once_and_has_its_own_exit_code(ended):
    from asknews_ner.train.__main__ import EXIT_STOPPED

    stopped, whole = ended["stopped"], ended["unbroken"]
    assert stopped.codes == [EXIT_STOPPED, EXIT_STOPPED, 0]
    assert stopped.facts["resumed_from"] in (16, 17)  # the step that was under way when the signal came
    assert stopped.weights == whole.weights
    assert stopped.curve == whole.curve
