import gzip
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.evaluate.benchmarks.benchmark import BenchmarkError
from asknews_ner.evaluate.benchmarks.folders import read_folder
from asknews_ner.evaluate.benchmarks.own import held_out_templates, parse_marked, project_benchmark, test_split
from asknews_ner.evaluate.scores.counts import count, f1_of
from asknews_ner.evaluate.scores.resampling import difference_interval, interval
from asknews_ner.evaluate.scores.score import evaluate
from asknews_ner.recipe import LANGUAGES, load_recipe
from asknews_ner.records import DatasetExample, NerSpan
from asknews_ner.train.gliner.predict import gold_spans, predict

test_split.__test__ = False  # a function of the package, not a test
PARAMS = load_recipe("laptop").evaluate
A, B, C = (0, 1, "person"), (3, 3, "location"), (5, 6, "person")


def test_exact_spans_and_types_count():
    gold = [frozenset({A, B}), frozenset({C}), frozenset()]
    predicted = [frozenset({A, (3, 3, "person")}), frozenset({(5, 5, "person")}), frozenset({A})]
    counts = count(gold, predicted)
    assert counts.tolist() == [[2, 2, 1], [1, 1, 0], [0, 1, 0]]
    assert count(gold, predicted, "location").sum(axis=0).tolist() == [1, 0, 0]
    assert f1_of(3, 4, 1) == pytest.approx((1 / 4, 1 / 3, 2 * (1 / 4) * (1 / 3) / (1 / 4 + 1 / 3)))
    assert f1_of(0, 0, 0) == (0, 0, 0)


def test_micro_f1_equals_an_independent_count():
    """Against seqeval's definition worked out by hand on a confusion of three sentences."""
    gold = [frozenset({A, B, C})] * 3
    predicted = [frozenset({A, B}), frozenset({A}), frozenset({A, B, C, (9, 9, "x")})]
    precision, recall, f1 = f1_of(*count(gold, predicted).sum(axis=0))
    assert (precision, recall) == (6 / 7, 6 / 9)
    assert f1 == pytest.approx(2 * 6 / (7 + 9))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=30))
def test_intervals_hold_possible_values(rows):
    counts = np.array([(gold, predicted, min(gold, predicted, correct)) for gold, predicted, correct in rows])
    low, high = interval(counts, 100, 1)
    assert 0 <= low <= high <= 1
    assert interval(counts, 100, 1) == (low, high)
    difference, low, high = difference_interval(counts, counts, 100, 1)
    assert (difference, low, high) == (0, 0, 0)


def test_no_sentences_no_interval():
    assert interval(np.zeros((0, 3), dtype=np.int64), 10, 1) == (0, 0)
    assert difference_interval(np.zeros((0, 3)), np.zeros((0, 3)), 10, 1) == (0, 0, 0)


def test_the_project_benchmark_is_whole():
    benchmark = project_benchmark()
    assert len(benchmark.rows) == 192
    assert {benchmark.languages.count(language) for language in LANGUAGES} == {16}
    assert len(benchmark.types) == 14
    totals = {label: sum(span[2] == label for row in benchmark.rows for span in row["ner"]) for label in benchmark.types}
    assert min(totals.values()) >= 25
    assert min(totals[label] for label in ("person", "organization", "location")) >= 150


def test_marks_become_spans():
    row = parse_marked("[[Torsk Velinga|person]] left [[Oslo|location]].")
    assert row == {"tokenized_text": ["Torsk", "Velinga", "left", "Oslo", "."], "ner": [[0, 1, "person"], [3, 3, "location"]]}


def test_the_test_split_is_the_test_split():
    rows = [
        DatasetExample(s, s, ("a",), (NerSpan(0, 0, "person"),), "", "", "w", "me", "m", "en", "GB", "en", None, "", "")
        for s in ("train", "test")
    ]
    benchmark = test_split(rows)
    assert (len(benchmark.rows), benchmark.made_by, benchmark.types) == (1, "me", ["person"])


def test_folders_in_gliner_form(tmp_path):
    line = json.dumps({"tokenized_text": ["A"], "ner": [[0, 0, "person"]]})
    with gzip.open(tmp_path / "test.jsonl.gz", "wt") as stream:
        stream.write(line + "\n")
    assert read_folder(tmp_path).rows == [json.loads(line)]
    (tmp_path / "dev.jsonl").write_text(line + "\n{broken\n")
    with pytest.raises(BenchmarkError, match=r"dev\.jsonl:2"):
        read_folder(tmp_path, "dev")
    with pytest.raises(BenchmarkError, match=r"no train\.jsonl"):
        read_folder(tmp_path, "train")


def test_real_benchmarks_are_read_with_their_published_counts(shared):
    index = {"wnut17": (1287, 1079), "crossner_science": (543, 3089), "uner_da_ddt": (565, 447)}
    for name, (sentences, entities) in index.items():
        benchmark = read_folder(shared / "data" / "benchmarks" / name)
        assert len(benchmark.rows) == sentences
        assert sum(len(spans) for spans in gold_spans(benchmark.rows)) == entities


@pytest.mark.slow
def test_a_model_predicts_over_the_given_words_and_its_scores_add_up():
    from asknews_ner.recipe import load_recipe
    from asknews_ner.train.gliner.model import new_model

    model = new_model(load_recipe("laptop").base_model("laptop"), 25, 384, seed=1)
    benchmark = held_out_templates(24, 1)
    done = []
    predicted = predict(model, benchmark.rows, benchmark.types, 0.05, 8, done.append)
    assert sum(done) == 24
    for row, spans in zip(benchmark.rows, predicted, strict=True):
        assert all(0 <= start <= end < len(row["tokenized_text"]) and label in benchmark.types for start, end, label in spans)
    result = evaluate("random", benchmark, gold_spans(benchmark.rows), predicted, PARAMS, 1)
    overall = next(score for score in result.scores if score.group == "all")
    by_language = [score for score in result.scores if score.group.startswith("language=")]
    by_type = [score for score in result.scores if score.group.startswith("type=")]
    assert overall.gold == sum(score.gold for score in by_language) == sum(score.gold for score in by_type)
    assert overall.correct == sum(score.correct for score in by_language)
    assert predict(model, benchmark.rows, [], 0.5, 8, done.append) == [frozenset()] * 24


@pytest.mark.slow
def test_our_scores_equal_gliner_s_own_evaluation():
    """The same model, sentences, types and threshold through gliner's `evaluate` give the same micro-F1."""
    from asknews_ner.train.gliner.model import new_model

    model = new_model(load_recipe("laptop").base_model("laptop"), 25, 384, seed=3)
    benchmark = held_out_templates(36, 2)
    for threshold in (0.02, 0.2):
        _, theirs = model.evaluate(benchmark.rows, flat_ner=True, threshold=threshold, batch_size=8, entity_types=benchmark.types)
        predicted = predict(model, benchmark.rows, benchmark.types, threshold, 8, lambda *_: None)
        ours = f1_of(*count(gold_spans(benchmark.rows), predicted).sum(axis=0))[2]
        assert ours == pytest.approx(float(theirs), abs=1e-9)
