import numpy as np
import pytest

from asknews_ner.evaluate.benchmarks.benchmark import Benchmark
from asknews_ner.evaluate.scores.compare import compare
from asknews_ner.evaluate.scores.groups import parts_of, script_of
from asknews_ner.evaluate.scores.score import evaluate
from asknews_ner.evaluate.scores.seeds import over_seeds, seeded_name
from asknews_ner.evaluate.scores.summaries import Mean, SetScore, mean_over_sets, over_languages
from asknews_ner.recipe import load_recipe

PARAMS = load_recipe("laptop").evaluate.model_copy(update={"group_entities": 3, "bootstrap_samples": 200, "exchanges": 99})
WORDS = {"en": ["Ada", "left"], "ru": ["Ада", "ушла"], "ar": ["ذهبت", "آدا"]}


def case(name="set", copies=3):
    """English all right, Russian half, Arabic (below three entities) wrong."""
    languages = ["en"] * copies + ["ru"] * copies * 2 + ["ar"] * 2
    rows = [{"tokenized_text": WORDS[language], "ner": [[0, 0, "person"]]} for language in languages]
    predicted = (
        [frozenset({(0, 0, "person")})] * copies
        + [frozenset({(0, 0, "person")}), frozenset()] * copies
        + [frozenset({(1, 1, "title")})] * 2
    )
    return Benchmark(name, rows, languages, ["person", "title"], ""), [frozenset({(0, 0, "person")})] * len(rows), predicted


def test_groups_by_language_script_type_and_seen_types():
    benchmark, gold, predicted = case()
    parts = {part.name: part for part in parts_of(benchmark, gold, predicted, frozenset({"person"}))}
    assert list(parts) == [
        "all", "tokens", "language=ar", "language=en", "language=ru", "script=Arabic", "script=Cyrillic", "script=Latin",
        "type=person", "type=title", "labels=seen", "labels=unseen",
    ]  # fmt: skip
    assert parts["all"].counts.sum(axis=0).tolist() == [11, 8, 6]
    assert (parts["language=ru"].counts == parts["script=Cyrillic"].counts).all()
    assert parts["language=ru"].sentences == 6
    assert parts["labels=unseen"].counts.sum(axis=0).tolist() == [0, 2, 0]
    assert not [name for name in (part.name for part in parts_of(benchmark, gold, predicted, frozenset())) if "labels" in name]


@pytest.mark.parametrize(
    ("words", "script"), [(["Ada", "12"], "Latin"), (["ушла", "EU"], "Cyrillic"), (["12", "."], ""), (["東京"], "Cjk")]
)
def test_scripts(words, script):
    assert script_of(words) == script


def test_macro_and_worst_leave_small_groups_out_and_count_them():
    result = evaluate("tuned", *case(), PARAMS, 1)
    found = {summary.measure: summary for summary in result.summaries}
    assert (found["macro: language"].value, found["macro: language"].groups, found["macro: language"].left_out) == (
        pytest.approx((1 + 2 / 3) / 2, abs=1e-6),
        2,
        1,
    )
    assert (found["worst: language"].which, found["worst: language"].value) == ("ru", pytest.approx(2 / 3, abs=1e-6))
    assert (found["worst: script"].which, found["worst: type"].which) == ("Cyrillic", "person")
    assert found["worst: language"].low <= found["worst: language"].value <= 1
    alone = evaluate("tuned", *case(), PARAMS.model_copy(update={"group_entities": 50}), 1)
    assert [(row.value, row.left_out) for row in alone.summaries if row.measure == "worst: language"] == [(None, 3)]
    assert {(score.label_case, score.decoding) for score in result.scores} == {("as_written", "flat")}


def test_means_over_sets_are_plain_means_with_the_missing_counted():
    scores = [SetScore(name, f1, np.full(50, f1)) for name, f1 in (("a", 0.2), ("b", 0.6), ("c", 0.9))]
    mean = mean_over_sets("tuned", Mean("mean: zero_shot", ("a", "b"), 16), scores)
    assert (mean.value, mean.low, mean.groups, mean.left_out, mean.which) == (0.4, 0.4, 2, 16, "a, b")
    rows = over_languages("tuned", scores, {"a": "de", "b": "en", "c": "en"})
    assert [(row.measure, row.value, row.which) for row in rows] == [("macro: language", 0.475, "de, en"), ("worst: language", 0.2, "de")]
    assert over_languages("tuned", scores, {}) == []


def test_comparisons_by_set_and_over_sets():
    sets = [case("a"), case("b", 5)]
    good = {benchmark.name: evaluate("tuned", benchmark, gold, gold, PARAMS, 1) for benchmark, gold, _ in sets}
    poor = {benchmark.name: evaluate("base", benchmark, gold, predicted, PARAMS, 1) for benchmark, gold, predicted in sets}
    rows = compare(("tuned", "base"), good, poor, [Mean("mean: all sets", ("a", "b"), 0)], PARAMS, 1)
    assert [row.benchmark for row in rows] == ["a", "b", "mean: all sets"]
    assert rows[2].difference == pytest.approx((rows[0].difference + rows[1].difference) / 2, abs=1e-6)
    assert all(row.low <= row.difference <= row.high and row.p_holm >= row.p_value for row in rows)
    assert (rows[2].sets, rows[0].sets) == (2, 1)
    same = compare(("tuned", "base"), good, good, [], PARAMS, 1)
    assert [(row.difference, row.low, row.high, row.p_value) for row in same] == [(0, 0, 0, 1)] * 2


def test_spread_over_seeds():
    rows = over_seeds("tuned", {"a": [0.5, 0.7], "b": [0.4]})
    assert (rows[0].mean, rows[0].deviation, rows[0].least, rows[0].most, rows[0].seeds) == (0.6, pytest.approx(0.141421), 0.5, 0.7, 2)
    assert rows[1].deviation is None
    assert seeded_name("tuned", 2) == "tuned@2"
