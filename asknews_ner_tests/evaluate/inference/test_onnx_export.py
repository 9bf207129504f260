"""A GLiNER on ONNX Runtime: the same scores, or none."""

import json

import pytest
import torch

from asknews_ner.evaluate.inference import onnx_export
from asknews_ner.evaluate.inference.errors import InferenceError
from asknews_ner.evaluate.inference.merge import Candidate, choose
from asknews_ner.evaluate.inference.onnx_export import MODEL_FILE, compare, export, load_exported
from asknews_ner.evaluate.inference.scorer import GlinerScorer
from asknews_ner_tests.evaluate.inference.conftest import small_gliner

pytestmark = pytest.mark.slow
TYPES = ["person", "organization", "location", "date"]
ROWS = [["Ada", "Obi", "saw", "it", "."], ["Färjan"], ["word"] * 300, ["وصلت", "أنجيلا"]]


@pytest.fixture(scope="module")
def exported(gliner, tmp_path_factory):
    folder = tmp_path_factory.mktemp("onnx") / "exported"
    return folder, export(gliner, folder, threshold=0.5, tolerance=1e-4)


def test_the_export_gives_the_same_scores(gliner, exported):
    folder, parity = exported
    assert parity.texts >= 12
    assert parity.candidates > 10_000
    assert 0 < parity.difference < 1e-5
    assert json.loads((folder / "parity.json").read_text())["candidates"] == parity.candidates
    assert "site-packages" not in (folder / "gliner_config.json").read_text().split('"model_name"')[1].splitlines()[0]
    assert sorted(path.name for path in folder.parent.iterdir()) == ["exported"]
    one, other = GlinerScorer(gliner, 2, 0.5), GlinerScorer(load_exported(folder), 3, 0.5)
    for wanted, found in zip(*(scorer.candidates(ROWS, TYPES, 0.3, lambda *_: None) for scorer in (one, other)), strict=True):
        scores = {(c.start, c.end, c.label): c.score for c in wanted}
        assert scores
        assert {(c.start, c.end, c.label): c.score for c in found} == pytest.approx(scores, abs=1e-5)


def test_a_wrong_export_is_refused_and_leaves_what_was_there(gliner, exported, tmp_path, monkeypatch):
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine").write_text("x")
    other = small_gliner()
    with torch.no_grad():
        next(iter(other.model.span_rep_layer.parameters())).add_(0.05)
    other.export_to_onnx(str(tmp_path / "wrong"), onnx_filename=MODEL_FILE)
    wrong = load_exported(tmp_path / "wrong")
    monkeypatch.setattr(onnx_export, "load_exported", lambda _: wrong)
    with pytest.raises(InferenceError, match=r"not the same model: on the probe text .* with 3 types scores differ by up to .*use PyTorch"):
        export(gliner, out, threshold=0.5, tolerance=1e-4)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "wrong"]
    assert [path.name for path in out.iterdir()] == ["mine"]


def test_scores_that_are_no_numbers_are_refused(gliner):
    broken = small_gliner()
    with torch.no_grad():
        for parameter in broken.model.span_rep_layer.parameters():
            parameter.fill_(float("nan"))
    with pytest.raises(InferenceError, match="not the same model"):
        compare(gliner, broken, threshold=0.5, tolerance=1e-4)


def test_a_folder_without_an_export_is_one_clear_message(gliner_folder):
    with pytest.raises(InferenceError, match=r"no model\.onnx here; write it with `asknews-ner export-onnx"):
        load_exported(gliner_folder)


def test_choosing_is_stable_under_equal_scores():
    equal = [Candidate(0, 1, "a", 0.5), Candidate(1, 2, "b", 0.5), Candidate(0, 1, "b", 0.5)]
    assert choose(equal, nested=False) == [equal[0]]
