"""The token classifier's assets: trained and scored by the real programs, once."""

import dagster as dg
import pytest
import yaml

from asknews_ner.definitions import ASSETS
from asknews_ner.factory import token_classifiers
from asknews_ner.orchestration.resources import build_resources
from asknews_ner.orchestration.settings import Settings
from asknews_ner.recipe import load_recipe
from asknews_ner.train.tokens.model import is_token_classifier
from asknews_ner_tests.train import tiny

pytestmark = pytest.mark.slow
NAMES = ("token_classifier", "token_classifier_scores")


def run(resources):
    selection = dg.AssetSelection.assets(*NAMES).without_checks()
    result = dg.materialize(ASSETS, selection=selection, resources=resources, instance=dg.DagsterInstance.ephemeral())
    return [result.asset_materializations_for_node(name)[0].metadata for name in NAMES]


def test_it_is_trained_and_scored_once(tmp_path):
    laptop = load_recipe("laptop")
    recipe = laptop.model_copy(
        update={
            "token_classifier": laptop.token_classifier.model_copy(update={"steps": 2}),
            "evaluate": laptop.evaluate.model_copy(update={"bootstrap_samples": 20, "exchanges": 20}),
        }
    )
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(recipe.model_dump(mode="json"), allow_unicode=True), encoding="utf-8")
    resources = build_resources(Settings(str(tmp_path / "w"), str(tmp_path), str(tmp_path / "own.yaml"), "", "", {}, "", "", ""))
    ws = resources["workspace"].open()
    tiny.write_dataset(ws.dataset, 12, 4)
    trained, scored = run(resources)
    assert (trained["reused"].value, scored["reused"].value) == (False, False)
    assert is_token_classifier(ws.models / "token_classifier")
    assert "| project benchmark |" in scored["scores"].value
    assert {score.benchmark for score in token_classifiers.classifier_scores(ws)} >= {"test split", "project benchmark"}
    assert scored["f1_project_benchmark"].value == pytest.approx(0.0, abs=0.3)  # after two steps
    trained, scored = run(resources)
    assert (trained["reused"].value, scored["reused"].value) == (True, True)
    (ws.dataset / "dataset_splits.json").write_text("another dataset")
    assert not token_classifiers.classifier_is_current(ws)
    assert not token_classifiers.classifier_scores_are_current(ws)
