"""The reports made of trainings, on the shipped sample with a family that trains in a second: rows, tables, pages, and what is missing."""

import json
import re
import shutil
from dataclasses import replace
from statistics import mean

import pytest

from asknews_ner.annotate.llm.client import Endpoint
from asknews_ner.experiments.records import ExperimentComparison, ExperimentPoint, ExperimentScore, ExperimentTest, UnknownWords
from asknews_ner.factory.reports.ablation import BOTH, GENERATED, UNGROUNDED
from asknews_ner.factory.reports.experiment import ExperimentError
from asknews_ner.factory.reports.registry import report_named
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import LANGUAGES
from asknews_ner.records import Rejected, SampledArticle, Spend
from asknews_ner.storage.tables import reject_table, spend_table
from asknews_ner_tests.integration import played_model
from asknews_ner_tests.integration.scripted_llm import MODEL, prompt_of, scripted

pytestmark = pytest.mark.slow
LINES = {
    "english": (
        "en",
        [(["Ada", "Lovelace", "met", "Siemens", "in", "Berlin", "."], [[0, 1, "person"], [3, 3, "company"], [5, 5, "city"]])],
    ),
    "german": ("de", [(["Angela", "Merkel", "sprach", "in", "Paris", "."], [[0, 1, "person"], [4, 4, "location"]])]),
    "swahili": ("swa", [(["Rais", "Samia", "yuko", "Dodoma", "."], [[1, 1, "person"], [3, 3, "location"]])]),
    "chemistry": ("en", [(["Ethanol", "boils", "."], [[0, 0, "chemical"]])]),
}


@pytest.fixture(scope="module")
def ws(sample_ws, tmp_path_factory) -> Workspace:
    """A copy of the sample's tables, two seeds, small families, and benchmarks of our own."""
    root = tmp_path_factory.mktemp("experiments")
    shutil.copytree(sample_ws.tables.root, root / "laptop" / "tables")
    for name, (language, rows) in LINES.items():
        place = root / "benchmarks" / name
        place.mkdir(parents=True)
        lines = [json.dumps({"tokenized_text": tokens, "ner": spans}) + "\n" for tokens, spans in rows * 12]
        (place / "test.jsonl").write_text("".join(lines), encoding="utf-8")
        (place / "benchmark.yaml").write_text(f"language: {language}\n", encoding="utf-8")
    laptop = sample_ws.recipe
    params = laptop.experiments.model_copy(
        update={
            "seeds": (1, 2),
            "bootstrap_samples": 100,
            "ablation": laptop.experiments.ablation.model_copy(update={"family": "crf", "rows": 30}),
            "scaling": laptop.experiments.scaling.model_copy(update={"family": "crf", "fits": 20}),
            "transfer": laptop.experiments.transfer.model_copy(update={"families": ("crf", "characters")}),
            "unseen": laptop.experiments.unseen.model_copy(update={"families": ("crf", "characters")}),
            "families": {
                **laptop.experiments.families,
                "characters": laptop.experiments.families["characters"].model_copy(update={"epochs": 1, "least_steps": 0}),
            },
        }
    )
    return replace(
        sample_ws, root=root / "laptop", benchmarks=str(root / "benchmarks"), recipe=laptop.model_copy(update={"experiments": params})
    )


def refreshed(ws, name):
    done = report_named(name).refresh(ws)
    tables = {
        kind: ws.tables.read(f"experiment_{kind}/{name}", record)
        for kind, record in (("points", ExperimentPoint), ("scores", ExperimentScore), ("tests", ExperimentTest))
    }
    return done, tables


def test_the_ablation_compares_ways_of_equal_size(ws):
    done, tables = refreshed(ws, "ablation")
    ways = {point.arm: point for point in tables["points"] if point.group == "all"}
    assert len(ways) == 5
    assert {ways[way].rows for way in ways if way != UNGROUNDED} <= set(range(25, 31))
    assert {row.test for row in tables["tests"]} == {"english", "german"}, "sets in other languages and of other types stay out"
    english = next(row for row in tables["tests"] if row.test == "english")
    assert (english.types, english.entities, english.script) == (("location", "organization", "person"), 36, "LATIN")
    for way, point in ways.items():
        own = [row.f1 for row in tables["scores"] if row.arm == way]
        assert point.f1 == pytest.approx(mean(own), abs=1e-5)
        assert f"{100 * point.f1:.1f}" in done.page.read_text(encoding="utf-8")
    judged = ws.tables.read("experiment_comparisons/ablation", ExperimentComparison)
    assert {(row.one, row.group) for row in judged} == {(BOTH, "all"), (BOTH, "worst language")}
    assert len(judged) == 8
    text = done.page.read_text(encoding="utf-8")
    assert "Labelled by rules" in text
    assert not re.search(r'(src|href)="http', text), "no request leaves the page"


def test_a_model_that_writes_is_an_arm_of_its_own_and_asked_once(ws):
    recipe = ws.recipe.model_copy(
        update={
            "annotate": ws.recipe.annotate.model_copy(update={"generate": ws.recipe.annotate.generate.model_copy(update={"model": MODEL})})
        }
    )
    with scripted(played_model.script(0)) as server:
        writing = replace(ws, recipe=recipe, places={"generate": Endpoint(server.url, "", 4)})
        said: list[str] = []
        report_named("ablation").refresh(writing, said.append)
        calls = len(server.seen)
        assert "===== NEWS" not in "".join(map(prompt_of, server.seen)), "no news is shown"
        (writing.report / "ablation.FINGERPRINT").unlink()
        report_named("ablation").refresh(writing)
        assert len(server.seen) == calls, "stored replies are not asked for again"
    points = {point.arm: point for point in ws.tables.read("experiment_points/ablation", ExperimentPoint) if point.group == "all"}
    assert len(points) == 6
    trained = {row.arm: row.rows for row in ws.tables.read("experiment_scores/ablation", ExperimentScore)}
    spend = [row for row in ws.tables.read(spend_table("ablation_report"), Spend) if row.task == "generate"]
    assert calls == sum(row.attempts for row in spend) <= recipe.experiments.ablation.generated_calls
    lost = [row for row in ws.tables.read(reject_table("ablation_report"), Rejected) if row.stage == "usable_sentences"]
    assert lost, "the played model writes copies and loops"
    words = [re.search(r"ungrounded (\w+): ([\d,]+) of ([\d,]+) words", line) for line in said]
    assert all(int(one[2].replace(",", "")) >= int(one[3].replace(",", "")) for one in words if one)
    assert trained[GENERATED] > 0


def test_nothing_is_trained_twice(ws):
    first = report_named("ablation").refresh(ws)
    cells = {file: file.stat().st_mtime_ns for file in (ws.root / "experiments").glob("*.json")}
    assert report_named("ablation").refresh(ws).made is None
    (ws.report / "ablation.FINGERPRINT").unlink()
    page = first.page.read_bytes()
    again = report_named("ablation").refresh(ws)
    assert again.made is not None
    assert again.page.read_bytes() == page
    assert {file: file.stat().st_mtime_ns for file in (ws.root / "experiments").glob("*.json")} == cells


def test_sizes_are_parts_of_one_ranking_up_to_twice_the_sample(ws):
    done, tables = refreshed(ws, "scaling")
    sample = ws.tables.row_count("sample")
    sizes = sorted(point.rows for point in tables["points"] if point.group == "all")
    assert len(sizes) == 7
    assert sizes[-1] > sample, "more than the sample was labelled"
    assert sizes[0] == round(sample / 32)
    assert "the law says" in done.section.lead


def test_each_family_learns_from_as_many_words_with_the_dataset_as_without(ws):
    done, tables = refreshed(ws, "transfer")
    assert {(point.family, point.arm) for point in tables["points"]} == {
        (family, arm) for family in ("crf", "characters") for arm in ("templates alone", "templates and the dataset")
    }
    assert done.section.lead.startswith("Kinds of models: 2.")


def test_unseen_languages_are_those_of_no_row(ws):
    _, tables = refreshed(ws, "unseen")
    assert {row.test for row in tables["tests"]} == {"swahili"}
    assert {row.language for row in ws.tables.read("unknown_words", UnknownWords)} == {"swa"}
    assert {point.arm for point in tables["points"]} == {"rows in one language", "rows in all languages"}


def test_without_a_folder_the_projects_own_benchmark_scores(ws):
    bare = replace(ws, benchmarks="")
    with pytest.raises(ExperimentError, match="ASKNEWS_NER_BENCHMARKS"):
        report_named("unseen").refresh(bare)  # it has the twelve languages only, and all are in the sample
    report_named("ablation").refresh(bare)
    sets = bare.tables.read("experiment_tests/ablation", ExperimentTest)
    assert {row.language for row in sets} == set(LANGUAGES)
    assert all(row.test.startswith("project benchmark, ") for row in sets)


def test_the_sample_itself_is_not_touched(ws, sample_ws):
    assert ws.tables.read("sample", SampledArticle) == sample_ws.tables.read("sample", SampledArticle)
