"""Failure signatures: each fails on a planted failure, passes without it, and is not judged on next to nothing."""

import dataclasses
import random

import numpy as np
import pytest

from asknews_ner.dataset.review.confusion import EXTRA, MISSED, SAME, TYPE, TypeConfusion
from asknews_ner.factory.checks.check import Severity
from asknews_ner.factory.checks.signatures import (
    TOPICS_HOLD_TOGETHER,
    TYPES_AGREE_WITH_PEOPLE,
    WORDS_HAVE_ONE_TYPE,
    confused,
    validation_finding,
    watched_validation,
)
from asknews_ner.factory.checks.watched import FAIL, NOT_JUDGED, PASS, finding, watch
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import load_recipe
from asknews_ner.records import DatasetExample, NerSpan, SummaryVector, Topic, TopicMember
from asknews_ner.storage.tables import Partition
from asknews_ner.train.curve import Curve, CurvePoint

RECIPE = load_recipe("laptop")
LIMITS = RECIPE.checks.validation
CELL = Partition("SE", "sv")


@pytest.fixture
def ws(tmp_path):
    return Workspace(tmp_path / "laptop", tmp_path, RECIPE)


def put_topics(ws, shuffle=False, swallowed=False):
    """60 articles of three stories; `swallowed`: one topic has nearly all."""
    rng, names = np.random.default_rng(3), [f"w/00{number % 3 + 1}" for number in range(60)]
    vectors = [np.eye(6)[number % 3] + 0.2 * rng.standard_normal(6) for number in range(60)]
    if shuffle:
        random.Random(1).shuffle(names)
    if swallowed:
        names = ["w/001"] * 56 + ["w/002"] * 4
    rows = [
        SummaryVector(f"a{number}", "h", "e", tuple(value / np.linalg.norm(value)), False, *CELL, None)
        for number, value in enumerate(vectors)
    ]
    ws.tables.write("summary_vectors", SummaryVector, rows, "s", CELL)
    ws.tables.write(
        "topic_members", TopicMember, [TopicMember(f"a{n}", "w", name, "clustered", 1.0, *CELL) for n, name in enumerate(names)], "s"
    )
    topics = [Topic(name, "w", name, name, "", "me", names.count(name), 1, 1, "a0", 0.5) for name in sorted(set(names))]
    ws.tables.write("topics", Topic, topics, "s")


def test_topics_that_hold_nothing_together(ws):
    put_topics(ws)
    assert TOPICS_HOLD_TOGETHER.look(ws, (None,)).passed
    put_topics(ws, shuffle=True)
    found = TOPICS_HOLD_TOGETHER.look(ws, (None,))
    assert not found.passed and found.words.startswith("silhouette -0.") and "look at the topic map" in found.words
    put_topics(ws, swallowed=True)
    found = TOPICS_HOLD_TOGETHER.look(ws, (None,))
    assert not found.passed and "share of the biggest topic 0.9333 (at most 0.5, 60 articles)" in found.words


def put_examples(ws, labels):
    rows = [
        DatasetExample(f"a{n}", "train", ("Oslo",), (NerSpan(0, 0, label),), "", "", "w", "x", "x", "en", "NO", "no", None, "", "")
        for n, label in enumerate(labels)
    ]
    ws.tables.write("dataset_examples", DatasetExample, rows, "s")


def test_words_that_bear_many_types(ws):
    put_examples(ws, ["location"] * 18 + ["person"] * 2)
    assert WORDS_HAVE_ONE_TYPE.look(ws, (None,)).passed
    put_examples(ws, ["location"] * 12 + ["person"] * 8)
    found = WORDS_HAVE_ONE_TYPE.look(ws, (None,))
    assert not found.passed and "0.4 (at most 0.15, 8 of 20 spans, oslo: location 12, person 8)" in found.words
    put_examples(ws, ["location"] * 2 + ["person"] * 2)
    assert WORDS_HAVE_ONE_TYPE.look(ws, (None,)).passed  # four spans say little
    put_examples(ws, [*["location"] * 40, "person", "date", "product", "event"])
    assert not WORDS_HAVE_ONE_TYPE.look(ws, (None,)).passed


def test_types_that_are_taken_for_another():
    rows = [
        TypeConfusion("m", "location", "location", SAME, 60),
        TypeConfusion("m", "location", "organization", TYPE, 30),
        TypeConfusion("m", "location", "", MISSED, 10),
        TypeConfusion("m", "", "person", EXTRA, 50),
        TypeConfusion("m", "date", "number", TYPE, 9),
        TypeConfusion("other", "date", "number", TYPE, 9),
    ]
    worse, other = confused(rows, 0.2, 20)
    assert (worse.value, worse.verdict, worse.note) == (0.3, FAIL, "m takes location for organization: 30 of 100 spans")
    assert (other.verdict, other.note) == (NOT_JUDGED, "other: no type has 20 spans of people yet")
    assert confused(rows[:1], 0.2, 20)[0].verdict == PASS
    assert confused(rows, 0.35, 20)[0].verdict == PASS


def test_without_verdicts_nobody_is_blamed(ws):
    assert TYPES_AGREE_WITH_PEOPLE.look(ws, (None,)).words == "largest confusion of two types: no verdicts yet"


def curve(*scores):
    return Curve([CurvePoint(step=number, eval_loss=1.0, eval_f1=score) for number, score in enumerate(scores, start=1)])


@pytest.mark.parametrize(
    ("scores", "failed"),
    [
        ((0.5, 0.4, 0.45, 0.46), ["place of the best evaluation"]),
        ((0.1, 0.5, 0.4, 0.4, 0.4, 0.4, 0.4, 0.48), ["evaluations after the best"]),
        ((0.1, 0.5, 0.55, 0.45), ["fall of the validation F1 since"]),
        ((0.1, 0.2, 0.3, 0.29), []),
        ((0.5, 0.1), []),
        ((), []),
    ],
)
def test_validation_that_stands_still_or_falls(scores, failed):
    found = watched_validation(curve(*scores), LIMITS)
    assert [row.figure for row in found if row.verdict == FAIL] == failed
    if len(scores) < LIMITS.judge_from:
        assert {row.verdict for row in found} == {NOT_JUDGED}


def test_a_curve_on_disk_is_judged(tmp_path):
    lines = [f'{{"step": {step}, "eval_loss": 1.0, "eval_f1": {score}}}\n' for step, score in enumerate((0.5, 0.4, 0.3, 0.2))]
    (tmp_path / "curve.jsonl").write_text("".join(lines), encoding="utf-8")
    found = validation_finding(tmp_path, LIMITS)
    assert not found.passed and found.words.startswith(
        "place of the best evaluation 1 (at least 2, 4 evaluations); fall of the validation F1 since 0.3"
    )
    assert validation_finding(tmp_path / "none", LIMITS).passed


def test_a_threshold_itself_passes_and_a_fault_names_its_figure():
    rows = [watch("x", 0.2, "at most", ("checks.x", 0.2), "of 3"), watch("y", 0.1, "at least", ("checks.y", 0.2), "")]
    assert [row.verdict for row in rows] == [PASS, FAIL]
    found = finding(rows, "do this")
    assert found.words == "y 0.1 (at least 0.2); do this" and not found.passed
    assert finding([dataclasses.replace(rows[0], value=None, note="no rows")], "").words == "x: no rows"


def test_signatures_are_told_by_the_alert_sensors():
    """These tell of checks with severity ERROR; none may stop the pipeline."""
    for check in (TOPICS_HOLD_TOGETHER, WORDS_HAVE_ONE_TYPE, TYPES_AGREE_WITH_PEOPLE):
        assert check.severity is Severity.ERROR and not check.blocking
