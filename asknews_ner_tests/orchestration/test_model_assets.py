"""The model assets by size: what they show, what a size that is not in the recipe says, and what the forgetting gate stops."""

import dagster as dg
import pytest
import yaml

from asknews_ner.definitions import ASSETS, CHECKS
from asknews_ner.factory import model_cards, models, scores
from asknews_ner.orchestration.checks import failed_checks
from asknews_ner.orchestration.partitions import MODEL_SIZE
from asknews_ner.orchestration.resources import build_resources
from asknews_ner.orchestration.sensors import new_scores
from asknews_ner.orchestration.settings import Settings
from asknews_ner.recipe import SIZES, RecipeError, load_recipe
from asknews_ner.terminal.runner import Runner
from asknews_ner_tests.factory.test_models import with_gate, write_model, write_scores

BY_SIZE = ("base_model", "gliner_model", "control_model", "benchmark_scores", "model_card")


def opened(tmp_path, max_fall=0.05):
    """(resources, workspace) with a margin for the gate."""
    recipe = with_gate(load_recipe("laptop"), max_fall=max_fall)
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(recipe.model_dump(mode="json"), allow_unicode=True), encoding="utf-8")
    resources = build_resources(Settings(str(tmp_path / "w"), str(tmp_path), str(tmp_path / "own.yaml"), "", "", {}, "", "", ""))
    return resources, resources["workspace"].open()


def run(resources, *names, size="laptop", checks=True):
    chosen = dg.AssetSelection.assets(*names)
    return dg.materialize(
        [*ASSETS, *CHECKS],
        selection=chosen if checks else chosen.without_checks(),
        resources=resources,
        instance=dg.DagsterInstance.ephemeral(),
        partition_key=size,
        raise_on_error=False,
    )


def trained(tmp_path, base, tuned, max_fall=0.05):
    """A workspace in which a model was trained and scored."""
    resources, ws = opened(tmp_path, max_fall)
    write_model(ws, "laptop")
    write_scores(ws, "laptop", base, tuned)
    return resources, ws


def test_models_are_partitioned_by_size():
    specs = {spec.key.to_user_string(): spec for asset in ASSETS for spec in asset.specs}
    assert all(specs[name].partitions_def == MODEL_SIZE for name in BY_SIZE)
    assert tuple(MODEL_SIZE.get_partition_keys()) == SIZES
    assert specs["distribution_report"].partitions_def is None


@pytest.mark.parametrize("name", ["base_model", "gliner_model", "control_model", "benchmark_scores", "model_card"])
def test_a_size_that_the_recipe_has_not_fails_and_says_which_it_has(tmp_path, name):
    resources, _ = opened(tmp_path)
    with pytest.raises(RecipeError, match="makes no model of size large; it makes laptop"):
        dg.materialize([*ASSETS, *CHECKS], selection=dg.AssetSelection.assets(name), resources=resources, partition_key="large")


def test_a_published_base_is_named_and_not_fetched(tmp_path):
    settings = Settings(str(tmp_path / "w"), str(tmp_path), "asknews_ner_v0", "", "", {}, "", "", "")
    (event,) = run(build_resources(settings), "base_model", size="medium").asset_materializations_for_node("base_model")
    assert event.partition == "medium"
    assert event.metadata["model"].value == "urchade/gliner_medium-v2.1"


def test_a_finished_model_shows_its_curve(tmp_path):
    resources, _ = trained(tmp_path, 0.5, 0.6)
    (event,) = run(resources, "gliner_model").asset_materializations_for_node("gliner_model")
    assert event.metadata["reused"].value is True
    assert event.metadata["learning_curve"].value.startswith("![learning curve](data:image/png;base64,")
    assert "| 1 | 2.000 | yes |" in event.metadata["curve_table"].value
    assert event.metadata["best_validation_loss"].value == 2.0


def test_a_model_whose_validation_only_fell_is_told_and_nothing_is_held_up(tmp_path):
    resources, ws = trained(tmp_path, 0.5, 0.6)
    lines = [f'{{"step": {step}, "eval_loss": 1.0, "eval_f1": {score}}}\n' for step, score in enumerate((0.5, 0.4, 0.3, 0.2), start=1)]
    (models.tuned_folder(ws, "laptop") / "curve.jsonl").write_text("".join(lines), encoding="utf-8")
    result = run(resources, "gliner_model")
    (check,) = result.get_asset_check_evaluations()
    assert result.success and not check.passed and check.severity == dg.AssetCheckSeverity.ERROR
    assert check.description.startswith("laptop: place of the best evaluation 1 (at least 2, 4 evaluations)")
    assert failed_checks([check])[0].startswith("ERROR: check gliner_model.validation_improves: ")  # as the alert sensors say it


def test_a_model_that_passes_gets_its_card(tmp_path):
    resources, ws = trained(tmp_path, 0.5, 0.48)
    result = run(resources, "benchmark_scores", "model_card")
    assert result.success
    (event,) = result.asset_materializations_for_node("benchmark_scores")
    assert event.metadata["missing_sets"].value == 25
    assert event.metadata["f1_tuned_project_benchmark"].value == 0.48
    assert "Missing, not scored (18 of 18)" in event.metadata["Table 1: 18 sets"].value
    assert event.metadata["plot"].value.startswith("![scores](data:image/png;base64,")
    (check,) = result.get_asset_check_evaluations()
    assert check.passed and check.metadata["judged"].value == 1
    assert model_cards.card_is_current(ws, "laptop")
    (card,) = result.asset_materializations_for_node("model_card")
    assert "## Forgetting gate" in card.metadata["card"].value and "library_name" not in card.metadata["card"].value


def test_a_model_that_forgot_gets_none_in_the_ui_nor_on_the_command_line(tmp_path):
    resources, ws = trained(tmp_path, 0.5, 0.4)
    result = run(resources, "benchmark_scores", "model_card")
    assert not result.success
    (check,) = result.get_asset_check_evaluations()
    assert (check.check_name, check.partition) == ("nothing_is_forgotten", "laptop") and not check.passed
    assert check.description == "laptop: fell by more than 5 points on 1 of 1 benchmarks: project benchmark -10.0"
    assert result.asset_materializations_for_node("benchmark_scores") and not result.asset_materializations_for_node("model_card")
    assert not model_cards.card_file(ws, "laptop").exists()
    said: list[str] = []
    runner = Runner(ws, resources, dg.DagsterInstance.ephemeral(), said.append, lambda items, _: items)
    for _ in range(2):  # the second run finds all up to date, and hears the gate all the same
        assert scores.scores_are_current(ws, "laptop")
        assert runner.cards() == ["laptop: fell by more than 5 points on 1 of 1 benchmarks: project benchmark -10.0"]
    assert not model_cards.card_file(ws, "laptop").exists()


def test_a_card_goes_when_its_model_no_longer_passes(tmp_path):
    resources, ws = trained(tmp_path, 0.5, 0.48)
    assert run(resources, "benchmark_scores", "model_card").success
    stricter, ws = opened(tmp_path, max_fall=0.01)
    assert not run(stricter, "benchmark_scores", "model_card").success
    assert not model_cards.card_file(ws, "laptop").exists()


def test_new_scores_ask_for_the_report_once(tmp_path):
    resources, ws = opened(tmp_path)

    def tick(cursor=None):
        with dg.build_sensor_context(cursor=cursor, resources={"workspace": resources["workspace"]}) as context:
            return new_scores(context)

    assert isinstance(tick(), dg.SkipReason)
    write_scores(ws, "laptop", 0.5, 0.6)
    first = tick()
    assert len(first.run_requests) == 1
    assert isinstance(tick(first.cursor), dg.SkipReason)
    (ws.scores / "small").mkdir()
    (ws.scores / "small" / "FINGERPRINT").write_text("other")
    assert tick(first.cursor).run_requests


def test_a_base_that_is_trained_here_is_trained_once_for_all_recipes(tmp_path):
    _, ws = opened(tmp_path)
    assert models.base_job(ws, "laptop").output.startswith(str(tmp_path / "base_models"))
