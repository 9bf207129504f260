"""Annotators' spans against people's, one by one."""

import random

import pytest

from asknews_ner.dataset.review.compare import Reviewed, annotator_scores
from asknews_ner.dataset.review.confusion import BOTH, ENDS, EXTRA, MISSED, SAME, TYPE, matched, type_confusions
from asknews_ner.dataset.review.gold import settle
from asknews_ner.dataset.types.ambiguous import ambiguous_words
from asknews_ner.records import DatasetExample, NerSpan
from asknews_ner_tests.dataset.review.made import ANA, RECIPE, TEXTS, machine, verdicts_of

EN = "https://a.example/en"


@pytest.mark.parametrize(
    ("human", "marked", "kind"),
    [
        ((1, 2, "person"), (1, 2, "person"), SAME),
        ((1, 2, "person"), (1, 2, "location"), TYPE),
        ((1, 2, "person"), (2, 3, "person"), ENDS),
        ((1, 2, "person"), (1, 5, "location"), BOTH),
    ],
)
def test_two_spans_that_overlap_are_one_pair(human, marked, kind):
    assert matched([NerSpan(*human)], [NerSpan(*marked)]) == [(human[2], marked[2], kind)]


def test_each_span_has_one_counterpart_and_the_best_wins():
    people = [NerSpan(0, 3, "organization"), NerSpan(5, 5, "location")]
    found = matched(people, [NerSpan(3, 3, "location"), NerSpan(0, 2, "organization"), NerSpan(7, 7, "date")])
    assert found == [("organization", "organization", ENDS), ("location", "", MISSED), ("", "location", EXTRA), ("", "date", EXTRA)]


def test_every_span_is_counted_once():
    rng = random.Random(2)
    for _ in range(200):
        sides = [{NerSpan(start, start + rng.randrange(3), rng.choice("ab")) for start in rng.sample(range(0, 30, 3), 5)} for _ in range(2)]
        found = matched(list(sides[0]), list(sides[1]))
        assert sum(bool(human) for human, _, _ in found) == 5 and sum(bool(marked) for _, marked, _ in found) == 5
        assert sum(kind == SAME for *_, kind in found) == len(sides[0] & sides[1])


def reviewed(*names):
    verdicts = verdicts_of(EN, (ANA, list(names)))
    text = machine(EN)
    return Reviewed(text, verdicts, settle(verdicts, text.words, text.spans, RECIPE.review.ties))


def test_a_verdict_becomes_counts_that_agree_with_the_scores():
    one = reviewed("Ada Kemp:organization", "Oslo:location", "Harbour Board of Tarnwick:organization")
    found = {(row.human, row.marked, row.kind): row.spans for row in type_confusions([one])}
    assert found == {
        ("location", "location", SAME): 1,
        ("organization", "person", TYPE): 1,
        ("organization", "", MISSED): 1,
    }
    (score,) = [row for row in annotator_scores([one]) if (row.language, row.type) == ("all", "all")]
    assert score.correct == found["location", "location", SAME] and score.human == 3
    dropped = verdicts_of(EN, (ANA, None))
    assert type_confusions([Reviewed(one.text, dropped, settle(dropped, one.text.words, one.text.spans, "drop"))]) == []


def example(*spans):
    words = tuple(TEXTS[EN][2].split())
    return DatasetExample("a", "train", words, tuple(spans), "", "", "w", "x", "x", "en", "GB", "en", None, "", "")


def test_words_with_several_types():
    rows = (
        [example(NerSpan(3, 3, "location"))] * 3
        + [example(NerSpan(3, 3, "person"), NerSpan(0, 1, "person"))] * 2
        + [example(NerSpan(5, 5, "date"))]
    )
    found = ambiguous_words(rows)
    (row,) = found.rows
    assert (row.words, row.spans, row.types, row.most, row.others) == ("oslo", 5, 2, "location", 2)
    assert row.by_type == ("location 3", "person 2")
    assert (found.repeated, found.others, found.share, found.most_types) == (7, 2, pytest.approx(2 / 7), 2)
    assert ambiguous_words([]).share == 0
