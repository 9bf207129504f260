"""What to look at, what counts when people differ, and figures of agreement worked out by hand."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.dataset.alignment.align import Aligned
from asknews_ner.dataset.alignment.words import split_words
from asknews_ner.dataset.consensus import Labelled, alpha, kappa, patterns, span_f1
from asknews_ner.dataset.examples import Review, make_examples
from asknews_ner.dataset.review.compare import Reviewed, annotator_scores, review_agreement
from asknews_ner.dataset.review.files import pseudonym
from asknews_ner.dataset.review.gold import settle
from asknews_ner.dataset.review.queue import Candidate, queue
from asknews_ner.records import Fidelity, Flag, MarkedSpan, NerSpan
from asknews_ner_tests.dataset.review.made import (
    ANA,
    BEN,
    CLEO,
    MACHINE,
    ONTOLOGY,
    RECIPE,
    SUMMARIES,
    labels,
    machine,
    read,
    submitted,
    verdicts_of,
)

EN, SV = "https://a.example/en", "https://a.example/sv"
A, B = pseudonym(ANA), pseudonym(BEN)


def gold(key, *by, ties="annotator"):
    text = MACHINE[key]
    found = settle(verdicts_of(key, *by), text.words, text.spans, ties)
    return found, sorted((" ".join(word.surface for word in text.words[s.start : s.end + 1]), s.label) for s in found.spans)


def test_one_person_decides_alone():
    found, spans = gold(EN, (ANA, ["Tarnwick:location"]))
    assert (found.dropped, spans, found.dissenting) == (False, [("Tarnwick", "location")], [])


def test_of_three_people_most_decide_and_the_others_are_kept_as_dissent():
    three = [(ANA, ["Ada Kemp:person", "Oslo:location"]), (BEN, ["Ada Kemp:person"]), (CLEO, ["Kemp:person", "Oslo:location"])]
    found, spans = gold(EN, *three)
    assert spans == [("Ada Kemp", "person"), ("Oslo", "location")]
    assert [(one.span, len(one.voters), one.kept) for one in found.dissenting] == [
        (NerSpan(0, 1, "person"), 2, True), (NerSpan(1, 1, "person"), 1, False), (NerSpan(3, 3, "location"), 2, True),
    ]  # fmt: skip


def test_a_tie_goes_the_annotator_s_way_or_out():
    two = [(ANA, ["Ada Kemp:person", "Tarnwick:location"]), (BEN, ["Oslo:location", "Tarnwick:location"])]
    # The annotator marked Ada Kemp and Oslo: half of the people, and it, say so. Harbour Board is half of the people alone.
    assert gold(EN, *two)[1] == [("Ada Kemp", "person"), ("Oslo", "location"), ("Tarnwick", "location")]
    assert gold(EN, *two, ties="drop")[1] == [("Tarnwick", "location")]
    assert gold(EN, (ANA, ["Harbour Board:organization"]), (BEN, []))[1] == []
    # One of three is no tie, even if the annotator agrees.
    assert gold(EN, (ANA, ["Oslo:location"]), (BEN, []), (CLEO, []))[1] == []


def test_most_people_drop_a_text_and_half_of_them_do_not():
    assert gold(EN, (ANA, None))[0].dropped
    assert gold(EN, (ANA, None), (BEN, None), (CLEO, ["Oslo:location"]))[0].dropped
    found, spans = gold(EN, (ANA, None), (BEN, ["Oslo:location"]))
    assert (found.dropped, spans) == (False, [("Oslo", "location")])


WORDS = [(word.start, word.end) for word in MACHINE[EN].words]
PLACES = st.tuples(st.integers(0, len(WORDS) - 1), st.integers(0, 2), st.sampled_from(["person", "location"]))


def flat(places):
    """A verdict's spans: those of the places that overlap no earlier one."""
    taken, spans = set(), []
    for start, more, label in places:
        inside = set(range(start, min(start + more, len(WORDS) - 1) + 1))
        if taken.isdisjoint(inside):
            taken |= inside
            spans.append(MarkedSpan(WORDS[min(inside)][0], WORDS[max(inside)][1], label))
    return tuple(spans)


@given(st.lists(st.one_of(st.none(), st.lists(PLACES, max_size=5)), min_size=1, max_size=4), st.sampled_from(["annotator", "drop"]))
def test_what_is_settled_never_overlaps_and_does_not_depend_on_order(people, ties):
    (plain,) = verdicts_of(EN, (ANA, []))
    given_ = [
        replace(plain, reviewer=f"reviewer-{who}", action="dropped" if places is None else "marked", spans=flat(places or ()))
        for who, places in enumerate(people)
    ]
    text = MACHINE[EN]
    found = settle(given_, text.words, text.spans, ties)
    assert found == settle(given_[::-1], text.words, text.spans, ties)
    assert found.dropped == (2 * people.count(None) > len(people))
    assert all(one.end < other.start for one, other in zip(found.spans, found.spans[1:], strict=False))
    if len(people) == 1 and not found.dropped:
        assert len(found.spans) == len(given_[0].spans)


def test_people_override_the_annotator_in_the_examples():
    verdicts = {
        EN: verdicts_of(EN, (ANA, ["Tarnwick:location"]), (BEN, ["Tarnwick:location", "Monday:date"])),
        SV: verdicts_of(SV, (ANA, None)),
    }
    rows = [labels(key) for key in MACHINE]
    made = make_examples(rows, {}, SUMMARIES, ONTOLOGY, RECIPE.dataset, 0.5, Review(verdicts, RECIPE.review))
    by_key = {row.article_id: row for row in made.outcome.kept}
    assert [(by_key[EN].tokens[span.start], span.label) for span in by_key[EN].spans] == [("Tarnwick", "location")]
    assert by_key[EN].annotator == "human review of offline"
    assert {row.annotator for key, row in by_key.items() if key != EN} == {"offline"}
    assert [(row.key, row.reason) for row in made.outcome.rejected] == [(SV, "REJECTED_BY_REVIEW")]
    assert [(row.text, row.voters, row.annotators, row.kept) for row in made.dissent] == [("Monday", (B,), 2, False)]


def texts(**marked):
    words = split_words("one two three four five six seven eight")
    return [Labelled("1", "en", {name: Aligned(words, spans, []) for name, spans in marked.items()})]


def test_kappa_and_alpha_by_hand():
    """Words: P P O L O O O O against P P O O O O O O.

    Kappa: observed 7/8; expected (2·2 + 5·6 + 1·0)/64 = 34/64; (56 - 34)/(64 - 34) = 22/30.
    Alpha: values P 4, O 11, L 1 of 16; observed disagreement 2/16, expected 1 - (4·3 + 11·10)/(16·15) = 118/240."""
    both = texts(a=[NerSpan(0, 1, "person"), NerSpan(3, 3, "location")], b=[NerSpan(0, 1, "person")])
    words = patterns(both, ("a", "b"))
    assert kappa(words) == pytest.approx(22 / 30, abs=1e-4)
    assert alpha(words) == pytest.approx(1 - (2 / 16) / (118 / 240), abs=1e-4)
    assert span_f1(both, "a", "b") == pytest.approx(2 / 3, abs=1e-4)
    assert (kappa(words, "person"), span_f1(both, "a", "b", "person")) == (1.0, 1.0)
    assert (kappa(words, "location"), span_f1(both, "a", "b", "location")) == (0.0, 0.0)
    assert kappa(patterns(texts(a=[], b=[]), ("a", "b"))) is None
    swapped = texts(a=[NerSpan(0, 3, "person")], b=[NerSpan(4, 7, "person")])
    assert kappa(patterns(swapped, ("a", "b"))) == -1.0


def reviewed(key, *by):
    text, verdicts = MACHINE[key], verdicts_of(key, *by)
    return Reviewed(text, verdicts, settle(verdicts, text.words, text.spans, "annotator"))


REVIEWED = [
    reviewed(EN, (ANA, ["Ada Kemp:person", "Tarnwick:location"]), (BEN, ["Ada Kemp:person", "Tarnwick:location", "Monday:date"])),
    reviewed(SV, (ANA, ["Lena Åström:person", "Göteborg:location"])),
    reviewed("https://a.example/ar", (ANA, None)),
]


def test_agreement_by_language_and_type():
    rows = {(row.one, row.other, row.language, row.type): row for row in review_agreement(REVIEWED)}
    people = rows[(*sorted((A, B)), "all", "all")]
    assert (people.kind, people.texts, people.f1) == ("reviewers", 1, pytest.approx(4 / 5))
    assert people.words == len(MACHINE[EN].words)
    assert rows["all", "all", "en", "all"].alpha == people.alpha
    assert rows["offline", "human", "all", "all"].f1 == pytest.approx(2 * 3 / (4 + 4), abs=1e-4)
    assert rows["offline", "human", "sv", "all"].kappa == 1.0
    assert rows["offline", "human", "en", "person"].kappa == 1.0
    assert rows["offline", "human", "en", "location"].f1 == 0.0
    assert (A, B, "sv", "all") not in rows and (B, A, "sv", "all") not in rows
    assert rows[(*sorted((A, B)), "en", "date")].f1 == 0.0, "a type that one person alone marked"
    assert review_agreement([]) == []


def test_scores_of_the_annotator_have_counts():
    rows = {(row.annotator, row.language, row.type): row for row in annotator_scores(REVIEWED)}
    whole = rows["offline", "all", "all"]
    assert (whole.texts, whole.human, whole.marked, whole.correct) == (2, 4, 4, 3)
    assert (whole.precision, whole.recall, whole.f1) == (0.75, 0.75, 0.75)
    place = rows["offline", "en", "location"]
    assert (place.human, place.marked, place.correct, place.f1) == (1, 1, 0, 0.0)
    types = [row for row in rows.values() if row.language == "all" and row.type != "all"]
    assert sum(row.correct for row in types) == whole.correct
    assert sum(row.human for row in types) == whole.human
    assert sum(row.marked for row in types) == whole.marked
    assert annotator_scores([]) == []


def test_a_panel_s_members_and_its_vote_are_scored_each():
    text = machine(EN, labels(EN, "second", ["Tarnwick:location"]), labels(EN, "third", ["Ada Kemp:person", "Tarnwick:location"]))
    verdicts = verdicts_of(EN, (ANA, ["Ada Kemp:person", "Tarnwick:location"]))
    rows = annotator_scores([Reviewed(text, verdicts, settle(verdicts, text.words, text.spans, "drop"))])
    f1 = {row.annotator: row.f1 for row in rows if (row.language, row.type) == ("all", "all")}
    assert f1 == {"offline": 0.5, "second": pytest.approx(2 / 3, abs=1e-4), "third": 1.0, "vote of offline, second, third": 1.0}


def fidelity(key, grounded):
    text = labels(key)
    return Fidelity(key, 0.5, "en", 1.0, grounded, 4, None, None, None, None, None, None, "", (), text.country, text.language)


def test_the_least_certain_come_first_and_say_why():
    split = machine(EN, labels(EN, "second", ["Ada Kemp:person"]), names=["Ada Kemp:person", "Oslo:location", "Nowhere:location"])
    flagged = Flag(SV, "entity_labels", "ORDERS", "…", "SE", "sv")
    candidates = [
        Candidate(split, (), None),
        Candidate(MACHINE[SV], (flagged,), fidelity(SV, 0.5)),
        *(Candidate(text, (), None) for key, text in MACHINE.items() if key not in (EN, SV)),
    ]
    params = RECIPE.review.model_copy(update={"stratified": 0, "uncertain": 10, "rare_below": 1})
    first, second = queue(candidates, {}, params, 1)
    assert (first.article_id, first.flags, first.fidelity, first.score) == (SV, 1.0, 0.5, pytest.approx((1 + 0.25) / 3.5, abs=1e-4))
    assert (second.article_id, second.dissent, second.score) == (EN, 0.5, pytest.approx((0.5 + 0.5 / 3) / 3.5, abs=1e-4))
    assert second.lost == pytest.approx(1 / 3, abs=1e-4)
    assert first.why == "uncertainty 0.36 (flags 1.00, fidelity 0.50, ORDERS)"
    assert [row.rank for row in (first, second)] == [1, 2]
    assert [row.article_id for row in queue(candidates, {SV: 1}, params, 1)] == [EN]
    only = params.model_copy(update={"uncertain": 1})
    assert [row.article_id for row in queue(candidates, {}, only, 1)] == [SV]


def test_the_sample_is_spread_over_strata_and_the_seed_decides_the_rest():
    """Forty English texts, one of each other cell: with as many places as cells, each cell has one."""
    many = [replace(MACHINE[EN], row=replace(MACHINE[EN].row, article_id=f"en{number}")) for number in range(40)]
    cells = [("SE", "sv"), ("NO", "no"), ("EG", "ar"), ("DE", "de")]
    few = [replace(MACHINE[EN], row=replace(MACHINE[EN].row, article_id=cell[0], country=cell[0], language=cell[1])) for cell in cells]
    candidates = [Candidate(text, (), None) for text in (*many, *few)]
    params = RECIPE.review.model_copy(update={"stratified": 5, "uncertain": 0})
    rows = queue(candidates, {}, params, 7)
    assert Counter(row.language for row in rows) == {"en": 1, "sv": 1, "no": 1, "ar": 1, "de": 1}
    assert rows == queue(list(reversed(candidates)), {}, params, 7)
    assert {row.article_id for row in rows} != {row.article_id for row in queue(candidates, {}, params, 8)}
    assert all(row.why.startswith(f"{row.language}, {row.country}, ") for row in rows)
    assert len(queue(candidates, {}, params.model_copy(update={"stratified": 100}), 7)) == 44


@pytest.mark.parametrize("seed", range(8))
def test_a_text_counts_for_all_its_types(seed):
    """Three texts have a person and a place, one has a date: of two, one is the text with the date, whatever the order."""
    several = [replace(MACHINE[EN], row=replace(MACHINE[EN].row, article_id=f"both{number}")) for number in range(3)]
    dated = machine(EN, names=["Monday:date"])
    candidates = [Candidate(text, (), None) for text in (*several, replace(dated, row=replace(dated.row, article_id="dated")))]
    params = RECIPE.review.model_copy(update={"stratified": 2, "uncertain": 0})
    assert "dated" in {row.article_id for row in queue(candidates, {}, params, seed)}


def test_reading_is_the_same_twice():
    assert read(submitted()) == read(submitted())
