"""Alignment over any Unicode text: spans inside, none overlapping, each holding what was labelled, whatever the order of the list."""

import unicodedata
from collections import Counter
from itertools import pairwise

import pytest
import regex
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from asknews_ner.dataset.alignment.align import AlignmentError, align
from asknews_ner.dataset.alignment.matching import FoldedWords, edits, fold, fold_words
from asknews_ner.dataset.alignment.words import split_words
from asknews_ner.recipe import load_recipe
from asknews_ner.records import EntityMention, NerSpan

PARAMS = load_recipe("laptop").dataset
ANY = st.text(max_size=30)
SMALL = st.text(st.sampled_from("aAbßİiı ́̈-‑'’\u00ad\u200b\u00a0がはकि東京ท"), max_size=24)
LABELS = st.sampled_from(["person", "location", "event"])


class AnyType:
    """Every label is a type, as it stands."""

    def canonical(self, label):
        return label


class Known:
    """Two types."""

    def canonical(self, label):
        return label.lower() if label.lower() in ("person", "location") else None


def aligned(text, *pairs, types=None, **changes):
    return align(text, [EntityMention(*pair) for pair in pairs], types or AnyType(), PARAMS.model_copy(update=changes))


def found(text, result):
    """(characters, type) of each span."""
    return [(text[result.words[span.start].start : result.words[span.end].end], span.label) for span in result.spans]


@st.composite
def labelled(draw):
    """A text, and mentions: pieces of it in disguise, and strings of their own."""
    text = draw(ANY | SMALL | st.lists(SMALL, max_size=8).map(" ".join))
    pieces = []
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text)))
        piece = text[start : draw(st.integers(start, len(text)))]
        form = draw(st.sampled_from(["as it is", "NFD", "NFC", "upper"]))
        pieces.append(piece if form == "as it is" else piece.upper() if form == "upper" else unicodedata.normalize(form, piece))
    pieces += draw(st.lists(ANY | SMALL, max_size=2))
    return text, [EntityMention(piece, draw(LABELS)) for piece in pieces]


CHOICES = st.fixed_dictionaries(
    {
        "occurrences": st.sampled_from(["all", "first", "as_labelled"]),
        "unspaced": st.sampled_from(["icu", "characters"]),
        "max_edits": st.sampled_from([0.0, 0.0, 0.2]),
        "max_span_words": st.sampled_from([2, 12]),
    }
)


@settings(max_examples=2500, deadline=None)
@given(labelled(), CHOICES)
def test_spans_are_inside_apart_and_hold_what_was_labelled(case, changes):
    text, mentions = case
    params = PARAMS.model_copy(update=changes)
    result = align(text, mentions, AnyType(), params)
    spans = result.spans
    assert all(0 <= span.start <= span.end < len(result.words) for span in spans)
    assert all(span.end - span.start < params.max_span_words for span in spans)
    assert all(before.end < after.start for before, after in pairwise(spans))
    wanted = [fold_words(split_words(mention.text, params.unspaced)) for mention in mentions]
    for surface, _ in found(text, result):
        own = fold_words(split_words(surface, params.unspaced))
        assert any(edits(own, surface_wanted, params.max_edits) is not None for surface_wanted in wanted)


@settings(max_examples=1500, deadline=None)
@given(labelled(), CHOICES, st.randoms(use_true_random=False))
def test_every_mention_is_placed_or_lost_and_the_order_decides_nothing(case, changes, shuffler):
    text, mentions = case
    params = PARAMS.model_copy(update=changes)
    if params.occurrences == "as_labelled":  # there the order of two types of one surface is what the annotator says
        mentions = [EntityMention(mention.text, "person") for mention in mentions]
    result = align(text, mentions, AnyType(), params)
    shuffled = shuffler.sample(mentions, len(mentions))
    again = align(text, shuffled, AnyType(), params)
    assert again.spans == result.spans
    assert {reason for _, reason in again.lost} == {reason for _, reason in result.lost}
    assert Counter(reason for _, reason in again.lost) == Counter(reason for _, reason in result.lost)
    if params.occurrences == "as_labelled":
        assert len(result.spans) + len(result.lost) == len(mentions)
    else:
        lost = Counter(mention for mention, _ in result.lost)
        assert not lost - Counter(mentions)
        kept = {fold_words(split_words(mention.text, params.unspaced)) for mention in (Counter(mentions) - lost)}
        assert len(kept) <= len(result.spans)


@settings(max_examples=1500, deadline=None)
@given(ANY | SMALL, st.data())
def test_whole_words_of_a_text_are_found_in_any_unicode_form_and_case(text, data):
    words = split_words(text)
    assume(words)
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, min(first + 11, len(words) - 1)))
    surface = text[words[first].start : words[last].end]
    form = data.draw(
        st.sampled_from([str, str.casefold, lambda x: unicodedata.normalize("NFD", x), lambda x: unicodedata.normalize("NFC", x)])
    )
    folded = FoldedWords(words)
    key = fold_words(split_words(form(surface)))
    assert (first, last) in [*folded.exact(key), *folded.spaced_otherwise(key)]


@settings(max_examples=3000, deadline=None)
@given(ANY | SMALL)
def test_folding_is_stable_and_keeps_the_number_of_words(text):
    assert fold(fold(text)) == fold(text)
    words = split_words(text)
    assert len(fold_words(words).split(" ")) == max(len(words), 1)


def test_what_is_invisible_is_what_unicode_says():
    unicode_s = regex.compile(r"[\p{Cf}&&\p{DI}]", regex.V1)
    everything = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    assert [c for c in everything if unicode_s.match(c)] == [c for c in everything if fold(f"é{c}") == "é"]


@pytest.mark.parametrize(
    ("text", "surface", "characters"),
    [
        ("Vom İstanbul-Büro in İZMİR kam", "i̇zmi̇r", "İZMİR"),  # the folded text is longer than the text before the name
        ("Die STRASSE heißt so", "Straße", "STRASSE"),
        ("in Cafe\u0301 Noir", "Café Noir", "Cafe\u0301 Noir"),
        ("of Kemp’s “Blue” team", 'Kemp\'s "Blue"', "Kemp’s “Blue”"),
        ("Neil‑Smith left", "Neil-Smith", "Neil‑Smith"),
        ("Neil - Smith left", "Neil-Smith", "Neil - Smith"),
        ("paid $5\u00a0million today", "$ 5 million", "$5\u00a0million"),
        ("New\n  York fell", "New York", "New\n  York"),
        ("Ber\u00adlin rief", "Berlin", "Ber\u00adlin"),
        ("U.S. troops", "U. S.", "U.S."),
        ("в Києві, п’ять", "п'ять", "п’ять"),
        ("於北京大學", "北京大學", "北京大學"),
    ],
)
def test_variants_of_one_surface(text, surface, characters):
    assert found(text, aligned(text, (surface, "x"))) == [(characters, "x")]


def test_occurrences():
    text = "Kemp met KEMP and Kemp."
    assert [span.start for span in aligned(text, ("Kemp", "person")).spans] == [0, 2, 4]
    assert [span.start for span in aligned(text, ("Kemp", "person"), occurrences="first").spans] == [0]
    listed = [("Kemp", "person"), ("kemp", "event")]
    assert aligned(text, *listed, occurrences="as_labelled").spans == [NerSpan(0, 0, "person"), NerSpan(2, 2, "event")]
    more = aligned(text, *[("Kemp", "person")] * 5, occurrences="as_labelled")
    assert len(more.spans) == 3
    assert [reason.name for _, reason in more.lost] == ["NO_OCCURRENCE_LEFT"] * 2


def test_the_free_occurrence_is_taken():
    text = "The Bank of Oslo in Oslo."
    pairs = [("Oslo", "location"), ("Bank of Oslo", "organization")]
    for policy in ("all", "first", "as_labelled"):
        assert found(text, aligned(text, *pairs, occurrences=policy)) == [("Bank of Oslo", "organization"), ("Oslo", "location")]


def test_of_equally_long_names_the_earlier_one_wins_and_of_two_types_the_more_frequent():
    for pairs in ([("A B", "x"), ("B C", "x")], [("B C", "x"), ("A B", "x")]):
        assert found("A B C", aligned("A B C", *pairs)) == [("A B", "x")]
    result = aligned("Paris", ("Paris", "person"), ("Paris", "location"), ("PARIS", "person"))
    assert (found("Paris", result), [(m.label, r.name) for m, r in result.lost]) == ([("Paris", "person")], [("location", "OTHER_TYPE")])
    assert found("Paris", aligned("Paris", ("Paris", "person"), ("Paris", "location"))) == [("Paris", "location")]


def test_losses_have_reasons():
    text = "Romeo of the Bank of Oslo said so. " + "a " * 13
    result = aligned(
        text, ("Bank of Oslo", "location"), ("Oslo", "location"), ("Rome", "location"), ("Paris", "location"), ("so", "feeling"),
        ("", "person"), ("a " * 13, "person"), types=Known(),
    )  # fmt: skip
    assert {(mention.text.strip()[:12], reason.name) for mention, reason in result.lost} == {
        ("Oslo", "OVERLAPS"),
        ("Rome", "INSIDE_A_WORD"),
        ("Paris", "NOT_IN_TEXT"),
        ("so", "UNKNOWN_TYPE"),
        ("", "NOT_IN_TEXT"),
        ("a a a a a a ", "TOO_LONG"),
    }


def test_edits_stay_inside_the_budget_and_never_change_a_number():
    text = "Volodymyr Zelenskyy spoke in December 2024 in Iran."
    assert aligned(text, ("Volodymir Zelenskyy", "x")).spans == []
    assert found(text, aligned(text, ("Volodymir Zelenskyy", "x"), max_edits=0.1)) == [("Volodymyr Zelenskyy", "x")]
    for other in ("December 2023", "Iraq", "Vladimir Zelensky"):
        assert aligned(text, (other, "x"), max_edits=0.1).spans == []


def test_a_span_that_holds_something_else_stops_the_run(monkeypatch):
    monkeypatch.setattr(FoldedWords, "exact", lambda self, surface: iter([(0, 0)]))
    with pytest.raises(AlignmentError, match="words 0 to 0"):
        aligned("one two", ("two", "x"))
