"""Our entity F1 is seqeval's, on tags of every kind: whole, broken, beginning with I, of types that stand next to each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics import f1_score, precision_score, recall_score
from seqeval.metrics.sequence_labeling import get_entities

from asknews_ner.dataset.bio import spans
from asknews_ner.evaluate.scores.counts import count, f1_of

TAGS = st.sampled_from(["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"])
PAIRS = st.lists(st.lists(st.tuples(TAGS, TAGS), min_size=1, max_size=12), min_size=1, max_size=8)


@given(st.lists(TAGS, max_size=15))
def test_the_same_entities_are_read_off_the_tags(tags):
    assert [(name, start, end - 1) for start, end, name in spans(tags)] == get_entities(tags)


@pytest.mark.filterwarnings("ignore")
@given(PAIRS)
def test_precision_recall_and_f1_are_the_same(pairs):
    gold = [[one for one, _ in row] for row in pairs]
    found = [[other for _, other in row] for row in pairs]
    counts = count([frozenset(spans(row)) for row in gold], [frozenset(spans(row)) for row in found])
    theirs = (precision_score(gold, found), recall_score(gold, found), f1_score(gold, found))
    assert f1_of(*counts.sum(axis=0)) == pytest.approx(theirs)
