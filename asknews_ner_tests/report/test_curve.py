"""Learning curves: read from either file, the kept weights found, pictures and tables that show them."""

import json

import pytest

from asknews_ner.report.curve import curve_picture, curve_png, curve_table
from asknews_ner.train.curve import CURVE_FILE, Curve, CurvePoint, read_curve

HISTORY = [
    {"loss": 9.5, "grad_norm": 3.0, "learning_rate": 1e-4, "epoch": 0.5, "step": 10.0},
    {"eval_loss": 4.0, "eval_runtime": 0.1, "epoch": 1.0, "step": 20.0},
    {"loss": 7.5, "learning_rate": 5e-5, "samples_per_second": 8.5, "epoch": 1.5, "step": 30.0},
    {"eval_loss": 5.0, "epoch": 2.0, "step": 40.0},
]


def test_the_history_of_the_trainer_is_a_curve(tmp_path):
    (tmp_path / "training.json").write_text(json.dumps({"stamp": "s", "history": HISTORY}))
    curve = read_curve(tmp_path)
    assert len(curve.points) == len(HISTORY)
    assert curve.best == CurvePoint(step=20, epoch=1, eval_loss=4.0)
    assert (curve.last("loss"), curve.highest("samples_per_second"), curve.highest("memory_mb")) == (7.5, 8.5, None)


def test_the_program_s_own_file_comes_first_and_f1_chooses(tmp_path):
    (tmp_path / "training.json").write_text(json.dumps({"stamp": "s", "history": HISTORY}))
    rows = [
        {"step": 1, "loss": 2.0, "memory_mb": 900},
        {"step": 2, "eval_loss": 1, "eval_f1": 0.2},
        {"step": 3, "eval_loss": 2, "eval_f1": 0.4},
    ]
    (tmp_path / CURVE_FILE).write_text("".join(json.dumps(row) + "\n" for row in rows))
    curve = read_curve(tmp_path)
    assert len(curve.points) == 3 and curve.best.step == 3
    table = curve_table(curve)
    assert "| step | loss | eval loss | eval f1 | memory mb | kept |" in table
    assert table.endswith("| 3 | 2.000 | 2.000 | 0.4000 | 900 | yes |")


def test_numbers_that_are_not_shown_are_left_out(tmp_path):
    row = {"step": 1, "loss": 2.0, "learning_rate": 1e-6, "head_learning_rate": 2e-6, "samples_per_second": 7.0, "grad_norm": 3.0}
    (tmp_path / CURVE_FILE).write_text(json.dumps(row) + "\n")
    point = CurvePoint(1, loss=2.0, learning_rate=1e-6, head_learning_rate=2e-6, samples_per_second=7.0)
    assert read_curve(tmp_path).points == [point]


def test_a_model_without_a_curve_says_so(tmp_path):
    assert read_curve(tmp_path) == Curve([])
    assert curve_table(Curve([])) == "no curve was written"
    assert curve_png(Curve([])).startswith(b"\x89PNG")


def test_broken_lines_are_named(tmp_path):
    (tmp_path / CURVE_FILE).write_text('{"step": 1}\n{"step": 2, "lo')
    with pytest.raises(ValueError, match=r"curve.jsonl:2: not a line of JSON"):
        read_curve(tmp_path)
    (tmp_path / CURVE_FILE).write_text('{"loss": 1}\n')
    with pytest.raises(ValueError, match=r"curve.jsonl:1: a point of a learning curve has no step"):
        read_curve(tmp_path)


def test_each_evaluation_is_a_row_with_what_training_last_said(tmp_path):
    (tmp_path / "training.json").write_text(json.dumps({"stamp": "s", "history": HISTORY}))
    lines = curve_table(read_curve(tmp_path)).splitlines()
    assert lines[0] == "| step | epoch | loss | eval loss | learning rate | samples per second | kept |"
    assert lines[2:] == [
        "| 20 | 1.00 | 9.500 | 4.000 | 1.00e-04 | – | yes |",
        "| 40 | 2.00 | 7.500 | 5.000 | 5.00e-05 | 8.5 |  |",
    ]


def test_the_same_curve_is_the_same_picture():
    curve = Curve([CurvePoint(1, loss=2.0, learning_rate=1e-4), CurvePoint(2, eval_loss=1.0, eval_f1=0.5)])
    assert curve_png(curve) == curve_png(curve)
    assert curve_png(curve) != curve_png(Curve(curve.points[:1]))
    assert curve_picture(curve, "w").startswith("![w](data:image/png;base64,")
