"""What Dagster loads and does: definitions, one country's run, sensors, schedules, checks."""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files as resources_of

import dagster as dg
import pytest
import yaml

from asknews_ner.definitions import ASSETS, CHECKS, build_definitions
from asknews_ner.factory import pipeline
from asknews_ner.factory.checks.every import EVERY, checks_of
from asknews_ner.orchestration.partitions import COUNTRIES, COUNTRY_LANGUAGE, MODEL_SIZE, cell_of_key, country_tags
from asknews_ner.orchestration.resources import build_resources
from asknews_ner.orchestration.settings import Settings, sample_folder
from asknews_ner.recipe import LANGUAGES, RecipeError
from asknews_ner.storage.tables import Partition
from asknews_ner.terminal.runner import Runner

BY_CELL = {"articles", "clean_articles", "summaries", "summary_vectors", "entity_labels", "ner_examples"}


def settings(root, articles=None, recipe="laptop"):
    return Settings(str(root), str(articles or sample_folder()), recipe, "", "", {}, "", "", "")


@pytest.fixture
def small_folder(tmp_path):
    """Two articles of Sweden, one of Kenya."""
    folder = tmp_path / "articles"
    folder.mkdir()
    lines = (sample_folder() / "bucket_1.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["country"] in ("SE", "KE")]
    (folder / "a.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return folder


def test_the_definitions_load_and_hold_every_stage():
    defs = build_definitions(settings("/nonexistent"))
    dg.Definitions.validate_loadable(defs)
    keys = {key.to_user_string() for asset in ASSETS for key in asset.keys}
    assert keys == BY_CELL | {
        "arrivals", "duplicates", "vector_index", "story_copies", "topics", "sample", "dataset_examples", "leakage", "ner_dataset", "dataset_release", "base_model", "gliner_model",
        "control_model", "benchmark_scores", "model_card", "distribution_report", "generated_sentences", "generation_audit", "llm_costs", "label_agreement",
        "distribution", "topic_map", "proposed_types", "type_counts", "verdicts", "review_queue", "review_agreement", "annotator_scores",
        "encoder_fit", "acquired_batches", "token_classifier", "token_classifier_scores", "human_sentences", "wikiann_sentences", "study_scores",
        "study_curves", "study_page", "ablation_report", "scaling_report", "transfer_report", "unseen_report", "audit_report", "checks_report", "explorer_report", "fidelity_report",
    }  # fmt: skip
    for asset in ASSETS:
        for spec in asset.specs:
            assert spec.description and len(spec.description) > 40, spec.key
            assert spec.owners, spec.key
            assert spec.group_name, spec.key
            assert spec.kinds, spec.key
    stages = [asset for asset in defs.assets if asset.check_specs]
    assert {spec.key.to_user_string() for asset in stages for spec in asset.check_specs} == {f"{one.asset}:{one.name}" for one in EVERY}
    for spec in (one for asset in [*stages, *CHECKS] for one in asset.check_specs):
        assert spec.metadata["severity"] in spec.description, spec.key
        assert spec.blocking == ("blocking" in " ".join(spec.description.split()).replace("not blocking", "")), spec.key
    late = {spec.key.to_user_string() for asset in defs.assets for spec in asset.specs if spec.freshness_policy}
    assert late == {"arrivals", "ner_dataset", "gliner_model", "benchmark_scores"}
    assert {key.to_user_string() for check in CHECKS for key in check.check_keys} == {
        "vector_index:index_holds_all_vectors",
        "gliner_model:validation_improves",
        "benchmark_scores:nothing_is_forgotten",
    }


def test_no_named_job_is_partitioned_by_country_and_language():
    """A backfill from such a job's page does one key of twelve and reports success. Jobs of sensors and schedules have no page."""
    repository = build_definitions(settings("/nonexistent")).get_repository_def()
    jobs = {job.name: job for job in repository.get_all_jobs() if not job.name.startswith("__")}
    assert set(jobs) == {"release", "fine_tune"}
    assert jobs["release"].partitions_def is None
    assert jobs["fine_tune"].partitions_def == MODEL_SIZE
    for job in jobs.values():
        assert not BY_CELL & {key.to_user_string() for key in job.asset_layer.executable_asset_keys}


def test_loading_is_fast_and_light():
    """No torch, no transformers: heavy libraries are imported by the steps that need them."""
    program = (
        "import sys, time; start = time.perf_counter(); import asknews_ner.definitions\n"
        "heavy = [name for name in ('torch', 'transformers', 'sentence_transformers', 'gliner', 'hdbscan', 'sklearn', 'umap') if name in sys.modules]\n"
        "print(heavy)"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_partitions_are_all_countries_by_twelve_languages():
    assert len(COUNTRIES) == 250
    assert "ZZ" in COUNTRIES
    assert len(COUNTRY_LANGUAGE.get_partition_keys()) == 250 * 12
    assert cell_of_key("SE|sv") == Partition("SE", "sv")


def test_one_run_writes_all_languages_of_a_country(tmp_path, small_folder):
    resources = build_resources(settings(tmp_path / "w", small_folder))
    instance = dg.DagsterInstance.ephemeral()

    def run(names, tags=None):
        return dg.materialize(
            [*ASSETS, *CHECKS], selection=dg.AssetSelection.assets(*names), resources=resources, instance=instance, tags=tags
        )

    assert run(["arrivals"]).success
    result = run(["articles", "clean_articles"], country_tags("SE"))
    assert result.success
    for name in ("articles", "clean_articles"):
        assert instance.get_materialized_partitions(dg.AssetKey(name)) == {f"SE|{language}" for language in LANGUAGES}
    rows = {event.partition: event.metadata["dagster/row_count"].value for event in result.asset_materializations_for_node("articles")}
    assert rows["SE|sv"] >= 1
    assert sum(rows.values()) == rows["SE|sv"]
    ws = resources["workspace"].open()
    assert {cell.country for cell in ws.tables.partitions("articles")} == {"SE"}
    again = run(["articles", "clean_articles"], country_tags("SE"))
    assert all(event.metadata["computed"].value == 0 for event in again.asset_materializations_for_node("articles"))


def test_one_partition_alone_can_be_materialised(tmp_path, small_folder):
    resources = build_resources(settings(tmp_path / "w", small_folder))
    instance = dg.DagsterInstance.ephemeral()
    dg.materialize(ASSETS, selection=dg.AssetSelection.assets("arrivals"), resources=resources, instance=instance)
    result = dg.materialize(
        ASSETS, selection=dg.AssetSelection.assets("articles"), resources=resources, instance=instance, partition_key="SE|sv"
    )
    (event,) = result.asset_materializations_for_node("articles")
    assert event.partition == "SE|sv"
    assert "| article_id |" in event.metadata["preview"].value


@pytest.mark.parametrize("key", ["SE|xx", "XX|sv", "SEsv", "sv|SE"])
def test_a_partition_that_does_not_exist_is_named_and_nothing_is_written(tmp_path, key):
    resources = build_resources(settings(tmp_path / "w"))
    with pytest.raises(dg.DagsterUnknownPartitionError, match=rf"`{re.escape(key)}`"):
        dg.materialize(ASSETS, selection=dg.AssetSelection.assets("articles"), resources=resources, partition_key=key)
    assert list(tmp_path.iterdir()) == []


def test_a_faulty_ontology_stops_a_run_before_it_begins(tmp_path):
    own = yaml.safe_load((resources_of("asknews_ner.recipes") / "laptop.yaml").read_text(encoding="utf-8"))
    own["dataset"]["ontology"] = str(tmp_path / "none.yaml")
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(own), encoding="utf-8")
    with pytest.raises(RecipeError, match=r"dataset.ontology: no file .*none.yaml"):
        build_resources(settings(tmp_path / "w", recipe=str(tmp_path / "own.yaml")))["workspace"].open()


def test_checks_pass_on_the_sample_and_the_release_is_made(sample_ws):
    resources = build_resources(settings(sample_ws.root))
    result = dg.materialize(
        [*ASSETS, *CHECKS],
        selection=dg.AssetSelection.assets(
            "story_copies",
            "topics",
            "sample",
            "dataset_examples",
            "leakage",
            "ner_dataset",
            "vector_index",
            "proposed_types",
            "type_counts",
        ),
        resources=resources,
        instance=dg.DagsterInstance.ephemeral(),
    )
    assert result.success
    evaluations = {(one.asset_key.to_user_string(), one.check_name): one.passed for one in result.get_asset_check_evaluations()}
    assert set(evaluations.values()) == {True}, evaluations
    made = ("story_copies", "topics", "sample", "dataset_examples", "leakage", "proposed_types", "type_counts")
    assert set(evaluations) == {(check.asset, check.name) for name in made for check in checks_of(name)} | {
        ("vector_index", "index_holds_all_vectors")
    }
    (event,) = result.asset_materializations_for_node("ner_dataset")
    left_out = sample_ws.tables.row_count("rejects/dataset_examples")
    assert event.metadata["dagster/row_count"].value + left_out == sample_ws.recipe.sample.size
    assert "Made without a language model" in event.metadata["card"].value
    (event,) = result.asset_materializations_for_node("type_counts")
    assert event.metadata["types_that_occur"].value + len(event.metadata["types_that_never_occur"].value) == 54
    assert "| location | place |" in event.metadata["types"].value
    (event,) = result.asset_materializations_for_node("proposed_types")
    assert "every label" in event.metadata["note"].value


def leaky(sample_ws, tmp_path):
    """(resources, workspace, article): one text of training stands under the article of the test split as well, in a table that is current."""
    from asknews_ner.records import DatasetExample

    root = tmp_path / "leaky"
    shutil.copytree(sample_ws.tables.root, root / "tables")
    shutil.copy(sample_ws.memo.place, tmp_path / "memo.sqlite")
    resources = build_resources(settings(root))
    ws = resources["workspace"].open()
    rows = ws.tables.read("dataset_examples", DatasetExample)
    words = next(row.tokens for row in rows if row.split == "train")
    last = max(rows, key=lambda row: (row.split == "test", row.article_id))
    changed = [replace(row, tokens=words) if row == last else row for row in rows]
    ws.tables.write("dataset_examples", DatasetExample, changed, pipeline.SPLIT.fingerprint(ws, None))
    return resources, ws, last.article_id


def test_a_leak_blocks_the_release(sample_ws, tmp_path):
    """The proof finds it, and the dataset's folder is not written."""
    resources, ws, article_id = leaky(sample_ws, tmp_path)
    result = dg.materialize(
        [*ASSETS, *CHECKS],
        selection=dg.AssetSelection.assets("leakage", "ner_dataset"),
        resources=resources,
        instance=dg.DagsterInstance.ephemeral(),
        raise_on_error=False,
    )
    assert not result.success
    (check,) = [one for one in result.get_asset_check_evaluations() if one.check_name == "nothing_leaks"]
    assert not check.passed
    assert article_id in check.metadata["found"].value
    assert not ws.dataset.exists()


def test_a_leak_blocks_the_release_of_a_second_run_too(sample_ws, tmp_path):
    """The first run leaves tables that are current; the check is heard all the same."""
    resources, ws, _ = leaky(sample_ws, tmp_path)
    pipeline.LEAKAGE.refresh(ws, None)
    said = []
    runner = Runner(ws, resources, dg.DagsterInstance.ephemeral(), said.append, lambda items, _: items)
    for _ in range(2):
        assert pipeline.SPLIT.is_current(ws, None) and pipeline.LEAKAGE.is_current(ws, None)
        with pytest.raises(dg.DagsterError, match="nothing_leaks"):
            runner.release_candidate()
        assert not ws.dataset.exists()
        assert said[-1].startswith("ERROR: check leakage.nothing_leaks: ") and " finds 1 texts of test in train" in said[-1]


def index_check(resources):
    """The evaluation of the check over the index, run by itself."""
    result = dg.materialize(
        [*ASSETS, *CHECKS],
        selection=dg.AssetSelection.checks(dg.AssetCheckKey(dg.AssetKey("vector_index"), "index_holds_all_vectors")),
        resources=resources,
        instance=dg.DagsterInstance.ephemeral(),
    )
    (evaluation,) = result.get_asset_check_evaluations()
    return evaluation


@pytest.mark.parametrize("engine", ["local", "edge"])
def test_the_check_over_the_index_opens_it_and_says_what_is_wrong(sample_ws, engine):
    from asknews_ner.diversify.index.open import opened
    from asknews_ner.factory.vector_index import index_is_current, refresh_index, wanted_points
    from asknews_ner.records import TopicMember

    resources = build_resources(replace(settings(sample_ws.root), qdrant_engine=engine))
    ws = resources["workspace"].open()
    refresh_index(ws)
    assert index_is_current(ws) and index_check(resources).passed
    encoder, points = wanted_points(ws)
    topics = {row.article_id: row.topic_id for row in ws.tables.read("topic_members", TopicMember)}
    assert {point.payload.article_id: point.payload.topic for point in points} == topics
    assert any(topics.values()) and all(point.payload.window for point in points)
    with opened(ws.index_place, encoder) as index:
        index.engine.delete([points[0].key])
        index.engine.upsert([replace(points[1], vector=points[2].vector)])
        locked = index_check(resources)
    assert not locked.passed
    assert "in use by another process" in locked.metadata["error"].value
    wrong = index_check(resources)
    assert not wrong.passed
    assert (wrong.metadata["missing"].value, wrong.metadata["extra"].value, wrong.metadata["changed"].value) == (1, 0, 1)
    assert set(wrong.metadata["examples"].value) == {points[0].payload.article_id, points[1].payload.article_id}
    assert refresh_index(ws, rebuild=True).written == len(points)
    assert index_check(resources).passed


def test_copies_are_shown_with_both_titles(sample_ws, tmp_path):
    recipe = sample_ws.recipe.model_copy(update={"copies": sample_ws.recipe.copies.model_copy(update={"min_names_in_order": 7})})
    root = tmp_path / "copy"
    shutil.copytree(sample_ws.root, root)
    (tmp_path / "recipe.yaml").write_text(yaml.safe_dump(recipe.model_dump(mode="json")), encoding="utf-8")
    resources = build_resources(settings(root, recipe=str(tmp_path / "recipe.yaml")))
    result = dg.materialize(ASSETS, selection=dg.AssetSelection.assets("story_copies"), resources=resources)
    (event,) = result.asset_materializations_for_node("story_copies")
    numbers = {name: event.metadata[name].value for name in ("unique", "elected", "copy", "across_languages", "dagster/row_count")}
    assert numbers["unique"] + numbers["elected"] + numbers["copy"] == numbers["dagster/row_count"]
    assert numbers["copy"] == numbers["across_languages"] > 0
    assert " → " in event.metadata["languages_crossed"].value
    assert "names in the same order" in event.metadata["examples"].value


def test_the_low_resource_asset_says_what_it_needs(tmp_path, monkeypatch):
    from asknews_ner.low_resource.human import HumanDataError

    monkeypatch.setenv("ASKNEWS_NER_HUMAN_DATA", str(tmp_path))
    resources = build_resources(settings(tmp_path / "w"))
    with pytest.raises(HumanDataError, match="ASKNEWS_NER_HUMAN_DATA"):
        dg.materialize(ASSETS, selection=dg.AssetSelection.assets("generated_sentences"), resources=resources, partition_key="da")
