"""A scoring job as its own program: two models, a further seed, the user's benchmarks, and tables for all of it."""

import json
import os
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from asknews_ner.evaluate.benchmarks.benchmark import BenchmarkError
from asknews_ner.evaluate.benchmarks.own import held_out_templates
from asknews_ner.evaluate.job import ScoreJob, SeededModel, read_job, write_job
from asknews_ner.evaluate.sets import sets_of
from asknews_ner.evaluate.tables_of_job import read_tables
from asknews_ner.recipe import load_recipe
from asknews_ner.records import (
    DatasetExample,
    LabelFamiliarity,
    NerSpan,
)
from asknews_ner.storage.schema import to_arrow
from asknews_ner_tests.evaluate.models import small_model

PARAMS = load_recipe("laptop").evaluate.model_copy(
    update={
        "threshold": 0.5,
        "bootstrap_samples": 50,
        "exchanges": 49,
        "group_entities": 2,
        "label_case": "lower",
        "benchmark_sentences": 20,
    }
)


def example(split):
    spans = (NerSpan(0, 0, "Person"), NerSpan(2, 2, "location"))
    return DatasetExample(split, split, ("Ada", "left", "Oslo"), spans, "", "", "w", "m", "m", "en", "GB", "en", None, "", "")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A dataset of one example a split, a benchmark in GLiNER's layout with an entity on no words, and a table of familiarity."""
    folder = tmp_path_factory.mktemp("job")
    (folder / "dataset").mkdir()
    for split in ("train", "test"):
        pq.write_table(to_arrow(DatasetExample, [example(split)]), folder / "dataset" / f"{split}.parquet")
    rows = held_out_templates(30, 4).rows
    given = [
        {
            "sentence": " ".join(row["tokenized_text"]),
            "entities": [{"name": "", "type": "Person", "pos": [0, len(row["tokenized_text"][0])]}],
        }
        for row in rows
    ]
    given[0]["entities"].append({"name": "", "type": "Award", "pos": [1, 2]})
    (folder / "sets" / "CrossNER_AI").mkdir(parents=True)
    (folder / "sets" / "CrossNER_AI" / "test.json").write_text(json.dumps(given))
    pq.write_table(
        to_arrow(LabelFamiliarity, [LabelFamiliarity("benchmark:CrossNER_AI", "person", 3, True, "person", 1.0, 0.5)]),
        folder / "familiarity.parquet",
    )
    return folder


def job_of(place, **changes):
    values = {
        "output": str(place / "scores"), "models": {}, "dataset": str(place / "dataset"), "benchmarks": str(place / "sets"),
        "familiarity": str(place / "familiarity.parquet"), "template_sentences": 12, "params": PARAMS, "seed": 1,
    }  # fmt: skip
    return ScoreJob(**{**values, **changes})


def test_jobs_survive_their_file(place):
    job = job_of(place, further=(SeededModel(model="tuned", seed=2, place="x"),))
    write_job(job, place / "job.json")
    assert read_job(place / "job.json") == job


def test_sets_of_a_job_are_in_the_recipe_s_case_and_number(place):
    sets = sets_of(job_of(place))
    assert [benchmark.name for benchmark in sets.benchmarks] == ["test split", "project benchmark", "held-out sentences", "CrossNER_AI"]
    assert sets.benchmarks[-1].types == ["award", "person"]
    assert len(sets.benchmarks[-1].rows) == 20
    assert [(mean.measure, mean.missing) for mean in sets.means] == [("mean: all sets", 0), ("mean: out_of_domain", 6)]
    assert sets.tuned_types == {"person", "location"}
    assert sets.languages == {"CrossNER_AI": "en"}
    assert next(row for row in sets.found if row.benchmark == "CrossNER_AI").scored == 20
    assert not sets_of(job_of(place, benchmarks="")).means
    with pytest.raises(BenchmarkError, match="neither it nor a folder in it"):
        sets_of(job_of(place, benchmarks=str(place / "dataset")))


@pytest.mark.slow
def test_the_program_writes_all_tables(place):
    from asknews_ner.train.gliner.model import save_model

    folders = {}
    for name, seed in (("base", 1), ("tuned", 2), ("again", 3)):
        folders[name] = str(place / name)
        (place / name).mkdir()
        save_model(small_model(seed), place / name)
    job = job_of(
        place,
        models={"base": folders["base"], "tuned": folders["tuned"]},
        further=(SeededModel(model="tuned", seed=5, place=folders["again"]),),
    )
    write_job(job, place / "job.json")
    command = [sys.executable, "-m", "asknews_ner.evaluate", str(place / "job.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "ASKNEWS_NER_BARS": "0"})
    assert done.returncode == 0, done.stderr
    tables = read_tables(place / "scores")
    assert {score.model for score in tables.scores} == {"base", "tuned", "tuned@5"}
    assert {score.seed for score in tables.scores if score.model == "tuned@5"} == {5}
    overall = {(score.model, score.benchmark): score for score in tables.scores if score.group == "all"}
    assert len(overall) == 12
    assert (overall["base", "CrossNER_AI"].label_case, overall["base", "CrossNER_AI"].threshold) == ("lower", 0.5)
    seeds = {row.benchmark: row for row in tables.seeds}
    both = [overall[name, "CrossNER_AI"].f1 for name in ("tuned", "tuned@5")]
    assert seeds["CrossNER_AI"].mean == pytest.approx(sum(both) / 2, abs=1e-6)
    assert {"mean: all sets", "mean: out_of_domain"} <= seeds.keys()
    assert [row.benchmark for row in tables.comparisons][-2:] == ["mean: all sets", "mean: out_of_domain"]
    assert [row.value for row in tables.summaries if row.measure == "familiarity"] == [0.5]
    assert sum(row.status == "missing" for row in tables.benchmarks) == 24
    listed = [entity for entity in tables.unmatchable if entity.label == "award"]
    assert read_tables(place / "nothing").scores == []
    assert len(listed) <= 1 and all(entity.first == -1 for entity in listed)
