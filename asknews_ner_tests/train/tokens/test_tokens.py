"""Token classifiers: spans to tags and back, and the training program over a small dataset."""

import json
import subprocess
import sys

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer

from asknews_ner.dataset.bio import bio, spans
from asknews_ner.diversify.embedding.encoders import packaged_minilm
from asknews_ner.evaluate.benchmarks.benchmark import benchmark
from asknews_ner.evaluate.inference.entities import find_entities
from asknews_ner.evaluate.inference.load import load_scorer
from asknews_ner.evaluate.inference.predictor import TagPredictor, load_predictor
from asknews_ner.evaluate.scores.score import evaluate
from asknews_ner.recipe import RecipeError, load_recipe
from asknews_ner.records import DatasetExample, NerSpan
from asknews_ner.storage.schema import to_arrow
from asknews_ner.train.gliner.predict import gold_spans
from asknews_ner.train.job import TokensJob, write_job
from asknews_ner.train.own_data.templates import sentences
from asknews_ner.train.run import run_job
from asknews_ner.train.tokens.fit import fit_tokens, span_f1
from asknews_ner.train.tokens.model import is_token_classifier, load_token_classifier
from asknews_ner.train.tokens.rows import IGNORED, Lost, classes_of, encode, flat_spans, types_of_classes
from asknews_ner.train.tokens.tagging import Tagged, spans_of
from asknews_ner.train.training_file import finished

RECIPE = load_recipe("laptop")
PARAMS = RECIPE.token_classifier.model_copy(update={"learning_rate": 5e-4, "head_learning_rate": 5e-3, "batch_size": 8})


@pytest.fixture(scope="module")
def tokenizer():
    return AutoTokenizer.from_pretrained(str(packaged_minilm()))


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 5), st.sampled_from(["a", "b-c"])), max_size=12))
@settings(deadline=None)
def test_flat_spans_survive_tags_and_nothing_is_lost_uncounted(drawn):
    ner = [[start, min(start + width, 19), label] for start, width, label in drawn]
    kept, lost = flat_spans({"tokenized_text": ["w"] * 20, "ner": ner})
    assert len(kept) + lost == len({tuple(span) for span in ner})
    assert [(start, end - 1, label) for start, end, label in spans(bio(20, kept))] == [(s.start, s.end, s.label) for s in kept]
    widest = max((end - start for start, end, _ in ner), default=None)
    assert widest is None or max(s.end - s.start for s in kept) == widest


def test_of_nested_spans_the_outermost_stays():
    row = {"tokenized_text": list("abcdef"), "ner": [[1, 1, "place"], [0, 2, "body"], [2, 3, "person"], [5, 5, "b"], [5, 5, "a"]]}
    assert flat_spans(row) == ([NerSpan(0, 2, "body"), NerSpan(5, 5, "a")], 3)


def test_first_pieces_bear_the_classes_and_what_is_cut_is_counted(tokenizer):
    classes = classes_of(["person", "body"])
    assert classes == ["O", "B-body", "I-body", "B-person", "I-person"]
    assert types_of_classes(classes) == ["body", "person"]
    row = {"tokenized_text": ["Vandelay", "Gregorovich", "\x00", "spoke"], "ner": [[0, 1, "person"], [3, 3, "body"]]}
    (one,), lost = encode([row], tokenizer, classes, 512)
    pieces = tokenizer(row["tokenized_text"], is_split_into_words=True)
    learned = {word: classes[label] for word, label in zip(pieces.word_ids(), one.labels, strict=True) if label != IGNORED}
    assert learned == {0: "B-person", 1: "I-person", 3: "B-body"}  # the control character has no piece
    assert sum(label != IGNORED for label in one.labels) == 3 < len(one.input_ids) - 2
    assert lost == Lost(1, 2, 0, 0, 0)
    (cut,), lost = encode([row], tokenizer, classes, 4)
    assert (len(cut.input_ids), lost) == (4, Lost(1, 2, 0, 1, 2))
    nested = {"tokenized_text": ["a", "b"], "ner": [[0, 1, "body"], [0, 0, "person"]]}
    assert encode([nested, row], tokenizer, classes, 512)[1] == Lost(2, 4, 1, 0, 0)
    with pytest.raises(KeyError):
        encode([row], tokenizer, classes_of(["body"]), 512)


def test_a_tag_that_continues_nothing_begins_a_span():
    tags = ["I-a", "I-a", "B-a", "O", "B-b", "I-a", "I-b"]
    found = spans_of(Tagged(tags, [0.9, 0.4, 0.8, 1.0, 0.7, 0.6, 0.5], 7))
    assert [(s.start, s.end, s.label, s.score) for s in found] == [
        (0, 1, "a", 0.4),
        (2, 2, "a", 0.8),
        (4, 4, "b", 0.7),
        (5, 5, "a", 0.6),
        (6, 6, "b", 0.5),
    ]


@pytest.fixture(scope="module")
def rows():
    return sentences(400, 1, held_out=False, languages=("en",))


def example(name, split, row):
    tokens, spans_ = tuple(row["tokenized_text"]), tuple(NerSpan(*span) for span in row["ner"])
    return DatasetExample(name, split, tokens, spans_, "", "", "w", "me", "me", "en", "GB", "en", None, "", "")


def dataset(rows, folder):
    folder.mkdir(exist_ok=True)
    for split, part in (("train", rows[:360]), ("validation", rows[360:])):
        examples = [example(f"{split} {number}", split, row) for number, row in enumerate(part)]
        pq.write_table(to_arrow(DatasetExample, examples), folder / f"{split}.parquet")
    return folder


@pytest.fixture(scope="module")
def trained(rows, tmp_path_factory):
    """A model of the training program itself, in a process of its own."""
    folder = tmp_path_factory.mktemp("tokens")
    params = PARAMS.model_copy(update={"epochs": 1})
    job = TokensJob(output=str(folder / "model"), stamp="s1", seed=1, dataset=str(dataset(rows, folder / "data")), params=params)
    write_job(job, folder / "job.json")
    done = subprocess.run(
        [sys.executable, "-m", "asknews_ner.train", str(folder / "job.json")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder / "model"


@pytest.mark.slow
def test_the_training_program_leaves_a_whole_folder(trained):
    assert is_token_classifier(trained)
    assert {path.suffix for path in trained.iterdir()} == {".json", ".safetensors"}
    assert [path.name for path in trained.parent.iterdir() if path.name.startswith(".")] == []
    facts = json.loads((trained / "training.json").read_text())
    assert facts["stamp"] == "s1"
    assert facts["lost"]["train"]["texts"] == 360 and facts["lost"]["validation"]["cut_texts"] == 0
    f1 = [entry["eval_span_f1"] for entry in facts["history"] if "eval_span_f1" in entry]
    assert len(f1) == 1 and f1[0] > 0.3
    assert (facts["best_f1"], facts["precision"]) == (f1[0], "float32")
    config = json.loads((trained / "config.json").read_text())
    assert config["id2label"]["0"] == "O" and "site-packages" not in json.dumps(config)
    assert "site-packages" not in (trained / "tokenizer_config.json").read_text()


@pytest.mark.slow
def test_the_training_program_does_not_train_again_what_is_in_place(trained):
    """What it tells is what the first one told: its clock and its curve stay."""
    run, facts = (trained / "run.json").read_text(), json.loads((trained / "training.json").read_text())
    line = [sys.executable, "-m", "asknews_ner.train", str(trained.parent / "job.json")]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert ((trained / "run.json").read_text(), json.loads((trained / "training.json").read_text())) == (run, facts)
    result = finished(trained, "s1")
    assert result is not None and (result.steps, result.best_f1, result.history) == (facts["steps"], facts["best_f1"], facts["history"])
    assert finished(trained, "s2") is None and finished(trained / "nothing", "") is None


@pytest.mark.slow
def test_both_architectures_meet_in_one_evaluation(trained, rows):
    held_out = benchmark("held out", sentences(60, 5, held_out=True, languages=("en",)), ["en"] * 60, "templates")
    predictor = load_predictor(str(trained), RECIPE.evaluate)
    assert isinstance(predictor, TagPredictor)
    done = []
    predicted = predictor.predict(held_out.rows, held_out.types, done.append)
    assert sum(done) == 60
    result = evaluate("tokens", held_out, gold_spans(held_out.rows), predicted, RECIPE.evaluate, 1)
    overall = next(score for score in result.scores if score.group == "all")
    assert overall.f1 > 0.2
    assert overall.f1 == pytest.approx(span_f1(load_token_classifier(trained), held_out.rows, 16), abs=1e-6)
    assert predictor.predict(held_out.rows, ["enzyme"], lambda *_: None) == [frozenset()] * 60


@pytest.mark.slow
def test_its_scores_equal_gliner_s_evaluator_on_the_same_predictions(trained):
    from gliner.evaluation import BaseNEREvaluator

    held_out = sentences(60, 6, held_out=True, languages=("en",))
    types = sorted({span[2] for row in held_out for span in row["ner"]})
    predicted = load_predictor(str(trained), RECIPE.evaluate).predict(held_out, types, lambda *_: None)
    theirs = BaseNEREvaluator([row["ner"] for row in held_out], [[list(span) for span in spans] for spans in predicted]).evaluate()[1]
    gold = gold_spans(held_out)
    correct = sum(len(one & other) for one, other in zip(gold, predicted, strict=True))
    assert 2 * correct / (sum(map(len, gold)) + sum(map(len, predicted))) == pytest.approx(float(theirs), abs=1e-9)


@pytest.mark.slow
def test_long_texts_through_a_token_classifier(trained):
    scorer = load_scorer(str(trained), None, "torch", RECIPE.evaluate)
    assert "person" in scorer.own_types
    sentence = "Maria Keller met officials in Hamburg on 3 May 2021. "
    short, long = find_entities(
        [sentence, sentence * 120], scorer, scorer.own_types, scorer.threshold, False, RECIPE.predict, lambda *_: None
    )
    assert long.windows > 2
    assert short.entities
    text = sentence * 120
    assert all(text[one.start : one.end] == one.surface for one in long.entities)
    per_sentence = [sum(one.start // len(sentence) == place for one in long.entities) for place in range(120)]
    assert min(per_sentence) >= 1


@pytest.mark.slow
def test_the_same_seed_gives_the_same_model_and_the_best_epoch_is_kept(rows, tmp_path):
    params = PARAMS.model_copy(update={"epochs": 2})
    one, again = (fit_tokens(rows[:40], rows[360:380], params, 3, tmp_path / name, lambda _: None) for name in ("one", "again"))
    assert [entry.get("loss") for entry in one.result.history] == [entry.get("loss") for entry in again.result.history]
    f1 = {entry["step"]: entry["eval_span_f1"] for entry in one.result.history if "eval_span_f1" in entry}
    assert len(f1) == 2
    assert span_f1(one.classifier, rows[360:380], 8) == pytest.approx(max(f1.values()), abs=1e-9)
    with pytest.raises(RecipeError, match="needs training rows with entities"):
        fit_tokens([], rows[:2], params, 3, tmp_path, lambda _: None)


@pytest.mark.slow
def test_an_encoder_that_is_not_there_is_one_clear_message(rows, tmp_path):
    job = TokensJob(
        output=str(tmp_path / "m"), stamp="", seed=1, dataset=str(dataset(rows[:4], tmp_path / "d")), params=PARAMS.model_copy(update={"encoder": "no/such"})
    )  # fmt: skip
    with pytest.raises(RecipeError, match="the tokenizer of 'no/such' cannot be loaded"):
        run_job(job, lambda _: None)
    assert [path.name for path in tmp_path.iterdir()] == ["d"]
