import json
import re

import pytest

from asknews_ner.dataset.alignment.words import split_words
from asknews_ner.evaluate.benchmarks.own import project_benchmark
from asknews_ner.fingerprints import content_hash
from asknews_ner.recipe import LANGUAGES, load_recipe
from asknews_ner.records import DatasetExample, NerSpan
from asknews_ner.storage.schema import to_arrow
from asknews_ner.train.job import BaseJob, TuneJob, read_job, write_job
from asknews_ner.train.own_data.fillers import allowed, fillers, is_held_out, protected_words
from asknews_ner.train.own_data.templates import marked_row, sentences, templates, with_shown_types
from asknews_ner.train.rows import types_of

RECIPE = load_recipe("laptop")
SLOTS = {
    "person",
    "organization",
    "location",
    "nationality",
    "date",
    "time",
    "money",
    "percentage",
    "quantity",
    "event",
    "facility",
    "law",
    "product",
    "title",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_templates_are_whole(language):
    everything = templates(language, held_out=True)
    training = templates(language, held_out=False)
    assert len(everything) == 40
    assert len(training) == 32
    assert {slot for line in everything for slot in re.findall(r"{(\w+)}", line)} == SLOTS
    assert sum("{" not in line for line in everything) == 6


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_for_training_and_for_testing_are_disjoint_and_clear_of_sample_and_benchmark(language):
    train, held_out = fillers(language, held_out=False), fillers(language, held_out=True)
    for one, other in (
        (train.first_names, held_out.first_names),
        (train.last_names, held_out.last_names),
        (train.locations, held_out.locations),
    ):
        assert len(one) > 30
        assert len(other) > 10
        assert not set(one) & set(other)
        assert all(allowed(name) for name in one + other)


def test_no_name_of_the_benchmark_is_in_a_gazetteer_or_in_the_sample(manifest):
    """The project benchmark's people, places and bodies are new to the base model, to the offline labeller and to the sample."""
    from asknews_ner.annotate.offline.gazetteers import cities, countries, given_names
    from asknews_ner.orchestration.settings import sample_folder

    sample = "\n".join(path.read_text(encoding="utf-8") for path in sample_folder().glob("*.jsonl")).casefold()
    names = {
        (" ".join(row["tokenized_text"][start : end + 1]), label)
        for row in project_benchmark().rows
        for start, end, label in row["ner"]
        if label in ("person", "location", "organization")
    }
    assert len(names) > 400
    gazetteer = cities() | {name for language in LANGUAGES for name in countries(language)}
    assert not {name for name, label in names if label == "location" and name.casefold() in gazetteer}
    assert not {name for name, label in names if label == "person" and name.casefold().split()[0] in given_names()}
    assert not {name for name, _ in names if name.casefold() in sample}


def test_protected_words_hold_the_sample_s_names():
    assert {"teokalo", "nukuvara", "теокало"} <= {word.casefold() for word in protected_words()} | {"теокало"}
    assert not allowed("Miriama Teokalo")
    assert is_held_out("Anna") == (content_hash("anna")[0] in "0123")


def test_sentences_are_seeded_and_their_spans_fit():
    rows = sentences(48, 7, held_out=False)
    assert rows == sentences(48, 7, held_out=False)
    assert rows != sentences(48, 8, held_out=False)
    assert all(0 <= start <= end < len(row["tokenized_text"]) for row in rows for start, end, _ in row["ner"])
    assert set(types_of(sentences(480, 7, held_out=False))) == SLOTS


def test_a_mark_takes_all_the_words_it_touches():
    row = marked_row("In São Paulo, 3.5 km away.", [(3, 12, "location"), (14, 20, "quantity")])
    assert [row["tokenized_text"][start : end + 1] for start, end, _ in row["ner"]] == [["São", "Paulo"], ["3", ".", "5", "km"]]
    assert [word.surface for word in split_words("In São Paulo,")] == row["tokenized_text"][:4]


def test_shown_types_hold_a_row_s_own():
    rows = with_shown_types(sentences(60, 1, held_out=False), 1)
    assert all({span[2] for span in row["ner"]} <= set(row["ner_labels"]) for row in rows)
    assert {len(row["ner_labels"]) for row in rows} >= {14}


def base_job(tmp_path, **changes):
    params = RECIPE.base_model("laptop").model_copy(update={"sentences": 40, "steps": 2, "batch_size": 4, **changes})
    return BaseJob(output=str(tmp_path / "base"), stamp="s1", seed=1, params=params, max_types=25, max_length=384)


def test_jobs_survive_their_file(tmp_path):
    job = base_job(tmp_path)
    write_job(job, tmp_path / "job.json")
    assert read_job(tmp_path / "job.json") == job


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A base model after two steps, trained by the program itself."""
    import subprocess
    import sys

    folder = tmp_path_factory.mktemp("train")
    job = base_job(folder)
    write_job(job, folder / "job.json")
    done = subprocess.run(
        [sys.executable, "-m", "asknews_ner.train", str(folder / "job.json")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder / "base"


def dataset(folder):
    """A dataset folder of six short examples."""
    import pyarrow.parquet as pq

    folder.mkdir()
    for split, count in (("train", 4), ("validation", 2), ("test", 1)):
        rows = [
            DatasetExample(
                str(n),
                split,
                ("Ada", "Kemp", "left", "Oslo", "."),
                (NerSpan(0, 1, "person"), NerSpan(3, 3, "location")),
                "",
                "",
                "w",
                "m",
                "m",
                "en",
                "GB",
                "en",
                None,
                "",
                "",
            )
            for n in range(count)
        ]
        pq.write_table(to_arrow(DatasetExample, rows), folder / f"{split}.parquet")
    return folder


def tune_job(tmp_path, model, **changes):
    values = {
        "output": str(tmp_path / "tuned"), "stamp": "s2", "seed": 1, "model": str(model), "revision": None, "dataset": str(tmp_path / "dataset"),
        "control": False, "params": RECIPE.tune.model_copy(update={"epochs": 1, "batch_size": 2}),
    }  # fmt: skip
    return TuneJob(**{**values, **changes})


@pytest.mark.slow
def test_the_base_is_saved_without_pickles_and_machine_paths_and_loads_again(base):
    from asknews_ner.train.gliner.model import load_model
    from asknews_ner.train.run import stamp_of

    names = {path.name for path in base.iterdir()}
    assert {"model.safetensors", "gliner_config.json", "tokenizer.json", "training.json"} <= names
    assert not [name for name in names if name.endswith((".bin", ".pt", ".pkl"))]
    assert json.loads((base / "gliner_config.json").read_text())["model_name"] == "sentence-transformers/all-MiniLM-L6-v2"
    assert stamp_of(base) == "s1"
    assert stamp_of(base.parent / "nothing") == ""
    assert load_model(str(base)).config.max_width == RECIPE.base_model("laptop").max_width


@pytest.mark.slow
@pytest.mark.parametrize("control", [False, True])
def test_a_model_is_tuned_and_the_control_gets_as_many_steps(base, tmp_path, control):
    from asknews_ner.train.run import run_job

    dataset(tmp_path / "dataset")
    seen = []
    result = run_job(tune_job(tmp_path, base, control=control), seen.append)
    assert result.steps == 2
    assert result.best_loss is not None
    assert any("eval_loss" in numbers for numbers in seen)
    facts = json.loads((tmp_path / "tuned" / "training.json").read_text())
    assert (facts["stamp"], facts["steps"]) == ("s2", 2)
    assert not list(tmp_path.glob(".training-*"))


def rates(encoder, head):
    return RECIPE.tune.model_copy(update={"epochs": 14, "batch_size": 4, "encoder_learning_rate": encoder, "head_learning_rate": head})


@pytest.mark.slow
def test_tuning_learns_what_it_is_shown(base, tmp_path):
    """A real check that weights move the right way: the loss on the shown sentence falls to less than half."""
    from asknews_ner.train.run import run_job

    dataset(tmp_path / "dataset")
    result = run_job(tune_job(tmp_path, base, params=rates(2e-4, 5e-4)), lambda *_: None)
    losses = [entry["eval_loss"] for entry in result.history if "eval_loss" in entry]
    assert losses[-1] < 0.5 * losses[0]


@pytest.mark.slow
def test_a_training_that_stands_still_is_an_error(base, tmp_path):
    """At this rate the first step switches off the heads: the loss stays the same for ever, and no model may come of it."""
    from asknews_ner.train.run import TrainingError, run_job

    dataset(tmp_path / "dataset")
    with pytest.raises(TrainingError, match="stood still"):
        run_job(tune_job(tmp_path, base, params=rates(5e-4, 5e-3)), lambda *_: None)
    assert not (tmp_path / "tuned").exists()


@pytest.mark.slow
def test_faults_of_a_job_are_one_clear_line(base, tmp_path, capsys):
    from asknews_ner.train.__main__ import main

    dataset(tmp_path / "dataset")
    (tmp_path / "dataset" / "train.parquet").write_bytes((tmp_path / "dataset" / "test.parquet").read_bytes())
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err
    write_job(tune_job(tmp_path, "no-such/model"), tmp_path / "job.json")
    assert main([str(tmp_path / "job.json")]) == 2
    assert "cannot be loaded" in capsys.readouterr().err
    empty = tmp_path / "dataset" / "train.parquet"
    import pyarrow.parquet as pq

    pq.write_table(to_arrow(DatasetExample, []), empty)
    write_job(tune_job(tmp_path, base), tmp_path / "job.json")
    assert main([str(tmp_path / "job.json")]) == 2
    assert "training split is empty" in capsys.readouterr().err
    assert not (tmp_path / "tuned").exists()
