"""Models by size: what shapes a stamp, where things lie, when scores and cards are current."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from asknews_ner.evaluate.tables_of_job import ScoreTables, write_tables
from asknews_ner.factory import model_cards, models, scores
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import GateParams, RecipeError, load_recipe
from asknews_ner_tests.evaluate.made_scores import scored

LAPTOP, PAPER = load_recipe("laptop"), load_recipe("asknews_ner_v0")


def workspace(folder: Path, recipe=LAPTOP) -> Workspace:
    return Workspace(root=folder / "w", articles=folder, recipe=recipe)


def with_gate(recipe, **changes):
    gate = GateParams(**{"max_fall": 0.05, "min_gold": 100, **changes})
    return recipe.model_copy(update={"evaluate": recipe.evaluate.model_copy(update={"gate": gate})})


def write_scores(ws: Workspace, size: str, base: float, tuned: float) -> None:
    """As the scoring program leaves them, then finished as the asset does."""
    made = scored(base, tuned, "project benchmark")
    write_tables(ScoreTables([], [], [], [], made.comparisons, made.scores), ws.scores / size)
    scores.finish_scores(ws, size)


def write_model(ws: Workspace, size: str) -> Path:
    job = models.tune_job(ws, size, control=False)
    folder = Path(job.output)
    folder.mkdir(parents=True)
    (folder / "training.json").write_text(json.dumps({"stamp": job.stamp, "history": [{"step": 1, "eval_loss": 2.0}]}))
    return folder


def test_each_size_has_its_own_base_folder_and_job(tmp_path):
    ws = workspace(tmp_path, PAPER)
    assert PAPER.sizes == ("small", "medium", "large")
    jobs = [models.tune_job(ws, size, control=False) for size in PAPER.sizes]
    assert [job.model for job in jobs] == [f"urchade/gliner_{size}-v2.1" for size in PAPER.sizes]
    assert [Path(job.output).relative_to(ws.root).as_posix() for job in jobs] == [f"models/{size}/tuned" for size in PAPER.sizes]
    files = {models.job_file(ws, size, name) for size in PAPER.sizes for name in ("base", "tuned", "control", "scores")}
    assert len({job.stamp for job in jobs}) == 3 and len(files) == 12
    assert models.base_job(ws, "small") is None and not models.has_control(ws, "small")
    assert set(models.score_job(ws, "small").models) == {"base", "tuned"}
    assert set(models.score_job(workspace(tmp_path), "laptop").models) == {"base", "tuned", "control"}


def test_a_size_that_the_recipe_has_not_is_named_with_those_it_has(tmp_path):
    for call in (models.base_job, models.base_place, models.score_job):
        with pytest.raises(RecipeError, match="recipe laptop makes no model of size medium; it makes laptop: choose one of these"):
            call(workspace(tmp_path), "medium")


def test_a_recipe_makes_at_least_one_size_and_knows_their_names():
    values = LAPTOP.model_dump(mode="json")
    with pytest.raises(ValueError, match="at least 1 item"):
        type(LAPTOP).model_validate({**values, "base_models": {}})
    with pytest.raises(ValueError, match="huge"):
        type(LAPTOP).model_validate({**values, "base_models": {"huge": values["base_models"]["laptop"]}})


def test_a_folder_as_base_counts_by_its_weights(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"one")
    own = PAPER.base_model("small").model_copy(update={"name": str(folder)})
    ws = workspace(tmp_path, PAPER.model_copy(update={"base_models": {"small": own}}))
    before = models.tune_job(ws, "small", control=False)
    assert before.model == str(folder)
    (folder / "model.safetensors").write_bytes(b"two")
    assert models.tune_job(ws, "small", control=False).stamp != before.stamp


def test_the_gate_s_margin_asks_for_no_new_scores(tmp_path):
    strict, loose = (workspace(tmp_path, with_gate(LAPTOP, max_fall=margin)) for margin in (0.01, 0.2))
    assert models.score_stamp(strict, "laptop") == models.score_stamp(loose, "laptop")
    other = LAPTOP.evaluate.model_copy(update={"threshold": 0.3})
    assert models.score_stamp(workspace(tmp_path, LAPTOP.model_copy(update={"evaluate": other})), "laptop") != models.score_stamp(
        strict, "laptop"
    )


def test_scores_are_written_as_tables_and_known_by_their_stamp(tmp_path):
    ws = workspace(tmp_path)
    assert scores.read_scores(ws, "laptop").scores == [] and scores.all_scores(ws) == []
    with pytest.raises(ValueError, match="materialise benchmark_scores again"):
        scores.gate(ws, "laptop")
    write_scores(ws, "laptop", 0.5, 0.6)
    assert scores.scores_are_current(ws, "laptop") and not scores.scores_are_current(workspace(tmp_path, PAPER), "small")
    assert [one.size for one in scores.all_scores(ws)] == ["laptop"]
    names = {path.name for path in (ws.scores / "laptop").iterdir()}
    assert names >= {"scores.parquet", "comparisons.parquet", "benchmarks.parquet", "tables.md", "tables.csv", "scores.png", "FINGERPRINT"}
    text = (ws.scores / "laptop" / "tables.md").read_text(encoding="utf-8")
    assert "| project benchmark | 50 | 1,000 | 50.0 (48.0–52.0) | 60.0 (58.0–62.0) | +10.0 |" in text


def test_a_card_needs_the_gate_and_goes_with_a_stricter_one(tmp_path):
    ws = workspace(tmp_path, with_gate(LAPTOP, max_fall=0.05))
    write_model(ws, "laptop")
    write_scores(ws, "laptop", 0.5, 0.46)
    card = model_cards.refresh_card(ws, "laptop")
    assert model_cards.card_is_current(ws, "laptop") and card == ws.models / "laptop" / "tuned" / "README.md"
    first = card.read_text(encoding="utf-8")
    model_cards.refresh_card(ws, "laptop")
    assert card.read_text(encoding="utf-8") == first, "the same model has the same card"
    strict = replace(ws, recipe=with_gate(LAPTOP, max_fall=0.01))
    assert not model_cards.card_is_current(strict, "laptop")
    with pytest.raises(model_cards.GateError, match="project benchmark -4.0; a model that forgot so much gets no card"):
        model_cards.refresh_card(strict, "laptop")
    assert not card.exists() and not model_cards.card_is_current(ws, "laptop")


def test_a_model_trained_anew_has_no_card(tmp_path):
    ws = workspace(tmp_path)
    write_model(ws, "laptop")
    write_scores(ws, "laptop", 0.5, 0.6)
    model_cards.refresh_card(ws, "laptop").unlink()  # as its folder is replaced
    assert not model_cards.card_is_current(ws, "laptop")
