import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.evaluate.benchmarks.benchmark import Benchmark
from asknews_ner.evaluate.scores.counts import count, count_by_type, count_tokens, f1_of, gold_of
from asknews_ner.records import UnmatchableEntity

SPANS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 3), st.sampled_from("abc")).map(lambda span: (span[0], span[0] + span[1], span[2])),
    max_size=8,
)


def gliner_scores(gold, predicted):
    from gliner.evaluation.evaluator import BaseNEREvaluator

    evaluator = BaseNEREvaluator(gold, predicted)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # gliner warns where there is nothing to divide by
        return tuple(float(value) for value in evaluator.compute_prf(*evaluator.transform_data()).values())


def our_scores(gold, predicted):
    return f1_of(*(int(value) for value in count([frozenset(g) for g in gold], [frozenset(p) for p in predicted]).sum(axis=0)))


@given(st.lists(st.tuples(SPANS, SPANS), min_size=1, max_size=12))
def test_micro_scores_equal_gliner_s_evaluator(sentences):
    """Any spans: nested, double, with no gold or no predictions in a sentence."""
    gold, predicted = [g for g, _ in sentences], [p for _, p in sentences]
    assert our_scores(gold, predicted) == pytest.approx(gliner_scores(gold, predicted), abs=1e-9)


def test_edge_cases_equal_gliner_s_evaluator():
    wide, cut = (0, 40, "a"), (380, 500, "b")  # wider than any span that is predicted; past the end of what is read
    cases = [
        ([[]], [[]]),
        ([[wide]], [[]]),
        ([[]], [[(0, 0, "a")]]),
        ([[wide, wide, cut]], [[(0, 11, "a"), (0, 11, "a")]]),
        ([[(0, 1, "a"), (1, 1, "b")], [(0, 1, "a")]], [[(1, 1, "b")], [(0, 1, "a"), (0, 1, "b")]]),
    ]
    for gold, predicted in cases:
        assert our_scores(gold, predicted) == pytest.approx(gliner_scores(gold, predicted), abs=1e-9)


def test_entities_on_no_words_stay_in_the_denominator_as_in_gliner():
    """gliner has None for a missing end; two of one type with the same missing ends are one there, and here."""
    entities = [UnmatchableEntity("x", 0, "a", "", *ends, "") for ends in ((-1, -1), (-1, -1), (2, -1))]
    benchmark = Benchmark("x", [{"tokenized_text": ["w"] * 5, "ner": [[0, 0, "a"]]}], ["en"], ["a"], "", unmatchable=tuple(entities))
    predicted = [(0, 0, "a"), (4, 4, "a")]
    theirs = gliner_scores([[(0, 0, "a"), (None, None, "a"), (None, None, "a"), (2, None, "a")]], [predicted])
    assert our_scores(gold_of(benchmark), [predicted]) == pytest.approx(theirs, abs=1e-9)
    assert theirs[1] == pytest.approx(1 / 3)


def test_counts_by_type_add_up_to_all():
    gold = [frozenset({(0, 1, "a"), (3, 3, "b")}), frozenset()]
    predicted = [frozenset({(0, 1, "a"), (3, 3, "a")}), frozenset({(1, 1, "b")})]
    by_type = count_by_type(gold, predicted, ["a", "b", "c"])
    assert by_type["a"].tolist() == [[1, 2, 1], [0, 0, 0]]
    assert all((by_type[label] == count(gold, predicted, label)).all() for label in "abc")
    assert (np.sum(list(by_type.values()), axis=0) == count(gold, predicted)).all()


def test_words_are_counted_once_for_each_type():
    gold = [frozenset({(0, 2, "a"), (1, 1, "b"), (-1, 3, "a"), (4, -1, "a")})]
    predicted = [frozenset({(1, 3, "a")})]
    assert count_tokens(gold, predicted).tolist() == [[4, 3, 2]]
