"""Votes over spans, dissent, and measures of agreement against published and hand-made figures."""

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from sklearn.metrics import cohen_kappa_score

from asknews_ner.dataset.alignment.align import Aligned
from asknews_ner.dataset.alignment.words import split_words
from asknews_ner.dataset.consensus import Labelled, agreement, alpha, kappa, vote
from asknews_ner.dataset.examples import make_examples
from asknews_ner.dataset.types.ontology import load_ontology
from asknews_ner.recipe import RecipeError, load_recipe
from asknews_ner.records import EntityLabels, EntityMention, NerSpan, Summary

RECIPE = load_recipe("laptop")
ONTOLOGY = load_ontology(RECIPE.dataset.ontology)
PERSON, PLACE, BODY = (NerSpan(0, 1, "person"), NerSpan(3, 3, "location"), NerSpan(5, 7, "organization"))


def kept(votes):
    return [one.span for one in votes if one.kept]


def test_a_span_needs_more_than_its_share_of_the_votes():
    marked = {"a": [PERSON, PLACE], "b": [PERSON, BODY], "c": [PERSON, PLACE]}
    assert kept(vote(marked, 0.5)) == [PERSON, PLACE]
    assert kept(vote(marked, 0.7)) == [PERSON]
    assert kept(vote(marked, 0.0)) == [PERSON, PLACE, BODY]
    assert [(one.span, one.voters) for one in vote(marked, 0.5)][1:] == [(PLACE, ("a", "c")), (BODY, ("b",))]


def test_two_of_two_must_agree_and_one_alone_decides():
    assert kept(vote({"a": [PERSON], "b": [PLACE]}, 0.5)) == []
    assert kept(vote({"a": [PERSON]}, 0.5)) == [PERSON]


def test_the_same_words_with_another_type_are_another_span():
    other = NerSpan(0, 1, "organization")
    assert kept(vote({"a": [PERSON], "b": [other], "c": [PERSON]}, 0.5)) == [PERSON]


SPANS = st.lists(
    st.builds(lambda start, length, kind: NerSpan(start, start + length, kind), st.integers(0, 12), st.integers(0, 3), st.sampled_from("ab")),
    max_size=6,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from("abc"), SPANS, min_size=1), st.floats(0, 0.99))
def test_what_stays_never_overlaps_and_nothing_is_lost(marked, share):
    votes = vote(marked, share)
    assert {one.span for one in votes} == set(itertools.chain.from_iterable(marked.values()))
    places = [place for span in kept(votes) for place in range(span.start, span.end + 1)]
    assert len(places) == len(set(places))


def labelled(text_id, language, **marked):
    words = split_words("one two three four five six seven eight")
    return Labelled(text_id, language, {name: Aligned(words, spans, []) for name, spans in marked.items()})


def test_agreement_of_pairs_and_of_all():
    texts = [labelled("1", "en", a=[PERSON, PLACE], b=[PERSON], c=[PERSON, PLACE]), labelled("2", "sv", a=[BODY], b=[BODY])]
    found = {(row.one, row.other, row.language): row for row in agreement(texts)}
    assert found["a", "b", "all"].f1 == pytest.approx(2 * 2 / 5)
    assert found["a", "c", "all"].texts == 1
    assert found["a", "c", "all"].f1 == 1.0
    assert found["a", "b", "sv"].f1 == found["a", "b", "sv"].alpha == 1.0
    assert found["all", "all", "all"].f1 == pytest.approx((0.8 + 1.0 + 2 / 3) / 3, abs=1e-4)
    # by hand: words of text 1 and 2 for a and b; they differ in one word of sixteen
    assert 0.8 < found["a", "b", "all"].alpha < 1.0


def test_nothing_to_compare_is_no_figure():
    found = {(row.one, row.other, row.language): row for row in agreement([labelled("1", "en", a=[], b=[])])}
    assert (found["a", "b", "en"].f1, found["a", "b", "en"].alpha) == (None, None)


def test_the_library_s_alpha_is_the_published_one():
    """Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", example C: nominal 0.743."""
    rows = ["1 2 3 3 2 1 4 1 2 * * *", "1 2 3 3 2 2 4 1 2 5 * 3", "* 3 3 3 2 3 4 2 2 5 1 *", "1 2 3 3 2 4 4 1 2 5 1 *"]
    data = [(str(coder), str(unit), value) for coder, row in enumerate(rows) for unit, value in enumerate(row.split()) if value != "*"]
    assert AnnotationTask(data).alpha() == pytest.approx(0.743, abs=5e-4)


CODES = st.lists(st.lists(st.sampled_from("OPL"), min_size=1, max_size=4), min_size=1, max_size=30)


@given(CODES)
def test_counting_combinations_gives_the_library_s_alpha_and_kappa(codes):
    data = [(str(coder), str(unit), value) for unit, row in enumerate(codes) for coder, value in enumerate(row)]
    ours = alpha(Counter(tuple(row) for row in codes))
    if ours is None:
        assert len({value for row in codes if len(row) > 1 for value in row}) < 2
    else:
        assert ours == pytest.approx(AnnotationTask(data).alpha(), abs=1e-4)
    pairs = [tuple(row) for row in codes if len(row) == 2]
    if len({value for pair in pairs for value in pair}) > 1:
        one, other = zip(*pairs, strict=True)
        assert kappa(Counter(pairs)) == pytest.approx(cohen_kappa_score(one, other), abs=1e-4)


TEXT = "Ada Kemp left Oslo for the Harbour Board of Tarnwick today and spoke"


def labels(annotator, *mentions):
    return EntityLabels("x", "h", annotator, "f", TEXT, "en", tuple(EntityMention(*m) for m in mentions), "GB", "en")


def test_examples_hold_the_vote_and_dissent_is_kept():
    first = labels("m1", ("Ada Kemp", "person"), ("Oslo", "location"), ("Nowhere", "location"))
    panel = {
        "x": [
            labels("m2", ("Ada Kemp", "person"), ("Harbour Board", "organization")),
            labels("m3", ("Ada Kemp", "person"), ("Oslo", "location")),
        ]
    }
    summaries = {"x": Summary("x", "h", "m1", "f", "T", TEXT, "en", True, 0, "GB", "en", None)}
    made = make_examples([first], panel, summaries, ONTOLOGY, RECIPE.dataset, 0.5)
    (example,) = made.outcome.kept
    assert [(" ".join(example.tokens[span.start : span.end + 1]), span.label) for span in example.spans] == [
        ("Ada Kemp", "person"),
        ("Oslo", "location"),
    ]
    assert example.annotator == "vote of m1, m2, m3"
    assert [(row.text, row.voters, row.annotators, row.kept) for row in made.dissent] == [
        ("Oslo", ("m1", "m3"), 3, True),
        ("Harbour Board", ("m2",), 3, False),
    ]
    assert [(row.annotator, row.text, row.reason) for row in made.lost] == [("m1", "Nowhere", "NOT_IN_TEXT")]


def test_members_of_a_panel_have_names_of_their_own(tmp_path):
    import yaml

    values = RECIPE.model_dump(mode="json")
    member = {**values["annotate"]["label"], "name": "second", "sample": 1}
    values["annotate"]["label_panel"] = [member]
    (tmp_path / "r.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    with pytest.raises(RecipeError, match="must hold `offline`"):
        load_recipe(str(tmp_path / "r.yaml"))
    member = {**member, "name": "offline too"}
    values["annotate"]["label_panel"] = [member, member]
    (tmp_path / "r.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    with pytest.raises(RecipeError, match="each member needs a name of its own"):
        load_recipe(str(tmp_path / "r.yaml"))
