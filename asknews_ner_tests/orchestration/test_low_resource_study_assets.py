"""The study's assets for one language: data in, curve and page out, trainings by the real program; and the same from the terminal."""

from dataclasses import replace

import dagster as dg
import pytest
import yaml
from typer.testing import CliRunner

from asknews_ner.cli import app
from asknews_ner.definitions import ASSETS
from asknews_ner.factory.checks.study import GRID_IS_WHOLE, SCORES_ARE_SHARES
from asknews_ner.factory.low_resource_stage import table_of
from asknews_ner.factory.study_scores import scores_table
from asknews_ner.low_resource.records import GeneratedSentence
from asknews_ner.low_resource.study.records import StudyScore
from asknews_ner.orchestration.resources import build_resources
from asknews_ner.orchestration.settings import Settings
from asknews_ner.orchestration.target_languages import target_languages
from asknews_ner.recipe import load_recipe
from asknews_ner_tests.low_resource.study.made import REPORT, sentences, train_params

pytestmark = pytest.mark.slow
NAMES = ("human_sentences", "wikiann_sentences", "study_scores", "study_curves")


def write_columns(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join("".join(f"{token}\t{tag}\n" for token, tag in zip(row.tokens, row.tags, strict=True)) for row in rows))


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A recipe with tiny trainings, Danish and Swedish human data, and a workspace."""
    laptop = load_recipe("laptop")
    study = laptop.low_resource.study.model_copy(update={"train": train_params(seeds=(1,)), "report": REPORT})
    recipe = laptop.model_copy(update={"low_resource": laptop.low_resource.model_copy(update={"study": study})})
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(recipe.model_dump(mode="json"), allow_unicode=True), encoding="utf-8")
    for split, count in (("train", 24), ("dev", 8), ("test", 20)):
        write_columns(tmp_path / "human" / "da" / f"{split}.iob2", sentences(count, seed=count))
        write_columns(tmp_path / "human" / "sv" / f"{split}.iob2", sentences(count, seed=count + 1))
    monkeypatch.setenv("ASKNEWS_NER_HUMAN_DATA", str(tmp_path / "human"))
    return tmp_path


def generated(count):
    return [
        GeneratedSentence(f"da/0000/{place:02d}", "da", 0, place, row.tokens, row.tags, (), (), "org/model", "f")
        for place, row in enumerate(sentences(count, seed=5))
    ]


def materialise(resources, *names, partition="da"):
    with dg.DagsterInstance.ephemeral() as instance:
        selection = dg.AssetSelection.assets(*names)
        result = dg.materialize(ASSETS, selection=selection, resources=resources, instance=instance, partition_key=partition)
        checks = {check.check_name: check.passed for check in result.get_asset_check_evaluations()}
        return {name: result.asset_materializations_for_node(name)[0].metadata for name in names}, checks


def test_a_language_is_materialised_and_its_curve_shown(place):
    resources = build_resources(Settings(str(place / "w"), str(place), str(place / "own.yaml"), "", "", {}, "", "", ""))
    ws = resources["workspace"].open()
    ws.tables.write(table_of("da"), GeneratedSentence, generated(14), "generated")
    made, checks = materialise(resources, *NAMES)
    assert made["human_sentences"]["train_sentences"].value == 24
    assert "published are 4383" in made["human_sentences"]["notes"].value
    assert "no WikiANN rows of Danish" in made["wikiann_sentences"]["notes"].value
    # Human: 10 and 20 rows, the LLM: 10 and all of its 14, in two regimes; and the related model's point at 0.
    assert made["study_scores"]["dagster/row_count"].value == 2 * (2 + 2) + 1
    assert checks == {"scores_are_shares": True, "grid_is_whole": True}
    assert made["study_curves"]["answer"].value.startswith("Danish: ")
    assert "org--model" in made["study_curves"]["scores_related"].value
    assert "data:image/png;base64" in made["study_curves"]["curves"].value
    page, _ = materialise(resources, "study_page", partition=None)
    assert page["study_page"]["report"].value == str(ws.report / "low_resource.html")
    assert "Danish, related" in (ws.report / "low_resource.html").read_text(encoding="utf-8")
    cells = {path: path.stat().st_mtime_ns for path in (ws.root / "low_resource").rglob("*.json")}
    materialise(resources, "study_scores")
    assert {path: path.stat().st_mtime_ns for path in cells} == cells  # trained once
    scores = ws.tables.read(scores_table("da"), StudyScore)
    ws.tables.write(scores_table("da"), StudyScore, [*scores, scores[0]], "twice")
    assert "is there twice" in SCORES_ARE_SHARES.look(ws, (None,)).words
    ws.tables.write(scores_table("da"), StudyScore, [replace(scores[0], seed=2), *scores[1:]], "another seed")
    assert SCORES_ARE_SHARES.look(ws, (None,)).passed
    assert "no training with seed 1" in GRID_IS_WHOLE.look(ws, (None,)).words


def test_the_terminal_goes_on_after_a_language_without_data(place):
    run = [
        "low-resource",
        "run",
        "--language",
        "kn",
        "--language",
        "da",
        "--recipe",
        str(place / "own.yaml"),
        "--workspace",
        str(place / "w"),
    ]
    result = CliRunner().invoke(app, run)
    assert result.exit_code == 1
    assert "no human-labelled sentences for 'kn' (Kannada)" in result.output
    assert "Danish: no source of synthetic rows has been scored yet." in result.output
    assert "not made: kn" in result.output
    told = CliRunner().invoke(app, ["low-resource", "report", "--recipe", str(place / "own.yaml"), "--workspace", str(place / "w")])
    assert told.exit_code == 0
    assert (place / "w" / "report" / "low_resource.html").is_file()


def test_partitions_are_the_recipes_languages(place, monkeypatch):
    monkeypatch.setenv("ASKNEWS_NER_RECIPE", str(place / "own.yaml"))
    assert target_languages() == sorted(["kn", "ta", "te", "ml", "kin", "swa", "ibo", "yor", "da", "sv", "sk"])
    values = yaml.safe_load((place / "own.yaml").read_text())
    zulu = {"name": "Zulu", "identifier_code": "zu", "related": None, "types": ["PER"], "script": "LATIN", "corpus": "x", "folder": ""}
    values["low_resource"]["study"]["languages"] = {"zul": {**zulu, "published": None, "is_target": True}}
    (place / "own.yaml").write_text(yaml.safe_dump(values, allow_unicode=True))
    assert "zul" in target_languages()
    monkeypatch.setenv("ASKNEWS_NER_RECIPE", "no such recipe")
    assert len(target_languages()) == 11
