"""Rare types and counts by type: nothing is lost without a row that says so."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.dataset.types.counts import count_types
from asknews_ner.dataset.types.ontology import load_ontology
from asknews_ner.dataset.types.rare import settle_rare_types, spans_not_accounted_for
from asknews_ner.recipe import RareTypeParams
from asknews_ner.records import DatasetExample, NerExample, NerSpan

ONTOLOGY = load_ontology("ontology_v2.yaml")


def example(key, split, *labels, country="GB", language="en"):
    tokens = tuple(f"Word{number}" for number in range(max(len(labels), 1)))
    spans = tuple(NerSpan(place, place, label) for place, label in enumerate(labels))
    return DatasetExample(key, split, tokens, spans, "", "", "w", "m", "m", "en", country, language, None, "", "")


def before_split(row):
    return NerExample(row.article_id, row.tokens, row.spans, "m", "m", "en", row.country, row.language, None)


def spans_of(rows):
    return Counter(span.label for row in rows for span in row.spans)


ROWS = [
    example("a", "train", "person", "person", "sports team", "market index", "glorp"),
    example("b", "train", "person", "organization", "sports team", "financial instrument", country="KE", language="fr"),
    example("c", "test", "sports team", "market index", "person"),
    example("d", "validation"),
]


def test_rare_types_are_merged_into_their_parents_from_the_leaves_up():
    """Two teams go to the organizations; the index to the instruments, which are rare with it, and so to the products."""
    rows, changed = settle_rare_types(ROWS, ONTOLOGY, RareTypeParams(min_spans=3, action="merge_into_parent"))
    assert spans_of(rows) == {"person": 4, "organization": 4, "product": 3, "glorp": 1}
    assert [(span.article_id, span.label, span.became) for span in changed] == [
        ("a", "sports team", "organization"),
        ("a", "market index", "product"),
        ("b", "sports team", "organization"),
        ("b", "financial instrument", "product"),
        ("c", "sports team", "organization"),
        ("c", "market index", "product"),
    ]
    assert {span.reason for span in changed} == {"RARE_TYPE"}
    assert changed[0].text == "Word2"
    kept_from = settle_rare_types(ROWS, ONTOLOGY, RareTypeParams(min_spans=2, action="merge_into_parent"))[0]
    assert spans_of(kept_from) == {"person": 4, "sports team": 3, "organization": 1, "financial instrument": 3, "glorp": 1}


def test_rare_types_are_dropped_in_all_splits_with_a_row_each():
    rows, changed = settle_rare_types(ROWS, ONTOLOGY, RareTypeParams(min_spans=2, action="drop"))
    assert spans_of(rows) == {"person": 4, "sports team": 3}
    assert Counter((span.split, span.label, span.became) for span in changed) == {
        ("train", "market index", ""): 1,
        ("test", "market index", ""): 1,
        ("train", "glorp", ""): 1,
        ("train", "organization", ""): 1,
        ("train", "financial instrument", ""): 1,
    }


def test_what_is_to_stay_stays():
    for params in (RareTypeParams(min_spans=9, action="keep"), RareTypeParams(min_spans=0, action="drop")):
        assert settle_rare_types(ROWS, ONTOLOGY, params) == (ROWS, [])


@given(
    st.lists(
        st.tuples(st.sampled_from(["train", "validation", "test"]), st.lists(st.sampled_from([*ONTOLOGY.types, "glorp"]), max_size=6)),
        max_size=12,
    ),
    st.integers(0, 8),
    st.sampled_from(["keep", "merge_into_parent", "drop"]),
)
def test_every_span_is_kept_changed_or_removed(texts, least, action):
    rows = [example(str(number), split, *labels) for number, (split, labels) in enumerate(texts)]
    made, changed = settle_rare_types(rows, ONTOLOGY, RareTypeParams(min_spans=least, action=action))
    assert not spans_not_accounted_for([before_split(row) for row in rows], made, changed)
    assert [(row.article_id, row.tokens) for row in made] == [(row.article_id, row.tokens) for row in rows]
    training = spans_of(row for row in made if row.split == "train")
    held_out = spans_of(row for row in made if row.split != "train")
    if action == "drop":
        assert all(training[name] >= least for name in {*training, *held_out})
    if action == "merge_into_parent":
        assert sum(spans_of(rows).values()) == sum(spans_of(made).values())
        assert all(training[name] >= least for name in {*training, *held_out} if name in ONTOLOGY.parents)
    counts = count_types(made, changed, ONTOLOGY)
    assert {row.type: row.spans_before for row in counts if row.split == "all"} == {
        name: spans_of(rows)[name] for name in {row.type for row in counts}
    }
    assert sum(row.spans for row in counts if row.split == "all") == sum(spans_of(made).values())


def test_a_span_that_vanished_is_seen():
    rows, changed = settle_rare_types(ROWS, ONTOLOGY, RareTypeParams(min_spans=2, action="drop"))
    faults = spans_not_accounted_for([before_split(row) for row in ROWS], rows, changed[1:])
    assert faults == ["a: 5 spans, 3 in the dataset, 1 removed"]


def test_types_are_counted_by_split_and_absent_ones_too():
    rows = {(row.type, row.split): row for row in count_types(ROWS, [], ONTOLOGY)}
    assert len(rows) == 55 * 4
    everywhere = rows["person", "all"]
    assert (everywhere.spans, everywhere.articles, everywhere.languages, everywhere.countries, everywhere.surfaces) == (4, 3, 2, 2, 3)
    assert (rows["person", "train"].spans, rows["person", "validation"].spans, rows["person", "test"].spans) == (3, 0, 1)
    assert (rows["plant", "all"].spans, rows["plant", "all"].parent) == (0, "living")
    assert (rows["glorp", "all"].spans, rows["glorp", "all"].parent) == (1, "")


@pytest.mark.parametrize("action", ["merge_into_parent", "drop"])
def test_the_order_of_the_rows_decides_nothing(action):
    params = RareTypeParams(min_spans=3, action=action)
    forward, backward = settle_rare_types(ROWS, ONTOLOGY, params)[0], settle_rare_types(ROWS[::-1], ONTOLOGY, params)[0]
    assert forward == backward[::-1]
