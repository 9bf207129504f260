"""Every reason to reject, the identity of counts, and the mending of tags and letters."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asknews_ner.dataset.bio import mend
from asknews_ner.low_resource.escapes import mend_escapes
from asknews_ner.low_resource.filters import UsableReject, keep_usable, usable_to_the_study
from asknews_ner.low_resource.languages import language_of
from asknews_ner.low_resource.records import GeneratedSentence, TaggedSentence
from asknews_ner.recipe import load_recipe

DANISH, TELUGU = language_of("da"), language_of("te")
PARAMS = load_recipe("laptop").low_resource.filter.model_copy(
    update={"min_tokens": 2, "max_tokens": 8, "max_entity_tokens": 3, "identify_min_characters": 10}
)
NEWS = {0: "I Ribe faldt der sne. Byen er lukket."}
HUMAN = [TaggedSentence(("Mor", "bor", "i", "Ribe"), ("O", "O", "O", "B-LOC"))]


def sentence(text: str, tags: str = "", number: int = 0, **changes: object) -> GeneratedSentence:
    tokens = tuple(text.split(" ")) if text else ()
    given = tuple(tags.split()) if tags else ("O",) * len(tokens)
    row = GeneratedSentence(f"da/0000/{number:02d}", "da", 0, number, tokens, given, (), (), "m", "f")
    return replace(row, **changes)  # type: ignore[arg-type]


def identify(text: str) -> tuple[str, float]:
    """A stand-in: German if `und` stands in it, undecided (zxx) if `hm` does, unsure with `vel`."""
    if "hm" in text:
        return "zxx", 1.0
    return ("de", 0.5 if "vel" in text else 0.99) if "und" in text else ("da", 0.99)


@pytest.mark.parametrize(
    ("row", "reason", "detail"),
    [
        (sentence("Bo ler", "B-PER"), UsableReject.LENGTHS_DIFFER, "2 tokens, 1 tags"),
        (sentence("Bo ler", "B-PER B-DATE"), UsableReject.UNKNOWN_TAG, "B-DATE not in"),
        (sentence("Bo ler", "1 9"), UsableReject.UNKNOWN_TAG, "1, 9 not in"),
        (sentence(""), UsableReject.EMPTY, "0 tokens"),
        (sentence("Bo  ler"), UsableReject.EMPTY, "1 of them blank"),
        (sentence("Bo\x08 ler"), UsableReject.DAMAGED_TEXT, "U+0008"),
        (sentence("Bo \ud83d"), UsableReject.DAMAGED_TEXT, "U+D83D"),
        (sentence("B\ufffd ler"), UsableReject.DAMAGED_TEXT, "U+FFFD"),
        (sentence("12 , 7 !"), UsableReject.NO_LETTERS, "no token"),
        (sentence("Bo ler", unaligned=("Ida",)), UsableReject.SPAN_NOT_IN_TEXT, "'Ida'"),
        (sentence("Bo"), UsableReject.TOO_SHORT, "1 tokens, at least 2"),
        (sentence("og " * 8 + "ja"), UsableReject.TOO_LONG, "9 tokens, at most 8"),
        (sentence("ja ja ja ja ja nej"), UsableReject.REPETITIVE, "33% of 6 tokens are different ones, at least 40%"),
        (sentence("Bo bor i Ribe nu", "B-LOC I-LOC I-LOC I-LOC O"), UsableReject.LONG_ENTITY, "4 tokens, at most 3"),
        (sentence("Bo Ribe", "B-PER B-LOC"), UsableReject.ONLY_ENTITIES, "2 tokens, all in entities"),
        (sentence("i ribe faldt der sne ."), UsableReject.NEWS_COPY, "word for word"),
        (sentence("Борис ler"), UsableReject.WRONG_SCRIPT, "38% of the letters are Latin"),
        (sentence("Hund und Katze"), UsableReject.WRONG_LANGUAGE, "de with confidence 0.99, not da"),
        (sentence("MOR bor i Ribe"), UsableReject.SEED_COPY, "a human sentence"),
    ],
)
def test_each_reason(row: GeneratedSentence, reason: UsableReject, detail: str) -> None:
    outcome = keep_usable([row], DANISH, HUMAN, PARAMS, identify, NEWS)
    (found,) = outcome.rejected
    assert (found.reason, found.stage, found.key, found.language) == (reason.name, "usable_sentences", "da/0000/00", "da")
    assert found.detail.startswith(detail) or detail in found.detail
    found.title.encode("utf-8")


def test_every_reason_is_tested_here() -> None:
    marks = [mark for mark in test_each_reason.pytestmark if mark.name == "parametrize"]  # type: ignore[attr-defined]
    assert {case[1] for case in marks[0].args[1]} | {UsableReject.DUPLICATE} == set(UsableReject)


def test_duplicates_are_those_of_kept_sentences() -> None:
    rows = [sentence("Bo ler", "B-PER O X", 0), sentence("Bo ler", "B-PER O", 1), sentence("bo LER", "O O", 2)]
    outcome = keep_usable(rows, DANISH, (), PARAMS, None)
    assert [row.sentence_id for row in outcome.kept] == ["da/0000/01"]
    assert [(row.reason, row.detail) for row in outcome.rejected][1] == ("DUPLICATE", "same words as da/0000/01")
    assert usable_to_the_study(outcome) == 2
    free = PARAMS.model_copy(update={"reject_duplicates": False, "reject_seed_copies": False})
    assert len(keep_usable([*rows, sentence("Mor bor i Ribe")], DANISH, HUMAN, free, None).kept) == 3


@pytest.mark.parametrize("text", ["Hm hm og så hm", "du er vel und sådan", "und ja"])
def test_an_unsure_identifier_rejects_nothing(text: str) -> None:
    assert keep_usable([sentence(text.lower())], DANISH, HUMAN, PARAMS, identify).kept


def test_mended_tags_are_noted() -> None:
    (kept,) = keep_usable([sentence("Bo Ek ler", "I-PER I-PER O")], DANISH, HUMAN, PARAMS, identify).kept
    assert kept.tags == ("B-PER", "I-PER", "O") and kept.notes == ("1 I tags made B",)


def test_letters_are_restored_where_that_makes_a_word_that_is_known() -> None:
    human = [TaggedSentence(("Han", "var", "på", "havet"), ("O",) * 4)]
    rows = [sentence("p\x00e5 havet", number=0), sentence("n\x00e5r havet", number=1), sentence("Når det", number=2)]
    kept = {row.sentence_id: row for row in keep_usable(rows, DANISH, human, PARAMS, None).kept}
    assert kept["da/0000/00"].tokens == ("på", "havet") and "zeros too many" in kept["da/0000/00"].notes[0]
    assert kept["da/0000/01"].tokens == ("når", "havet"), "known from another generated sentence"
    assert mend_escapes("\x0c15\x0c41", {"కు"}) == "కు" and mend_escapes("\x00c15\x00c41", {"కు"}) == "కు"
    for damaged in ("\x0c15\x0c41", "\x0b9", "at\tx"):
        assert mend_escapes(damaged, {"på"}) == damaged
    off = PARAMS.model_copy(update={"mend_escapes": False})
    assert keep_usable([sentence("p\x00e5 havet")], DANISH, human, off, None).rejected[0].reason == "DAMAGED_TEXT"
    unknown = keep_usable([sentence("k\x0fbenhavn er")], DANISH, human, PARAMS, None).rejected[0]
    assert unknown.reason == "DAMAGED_TEXT", "restored it would be a word that nobody wrote"


def test_news_is_compared_with_the_sentences_of_its_own_call() -> None:
    copied, elsewhere = sentence("Byen er lukket ."), sentence("Byen er lukket .", number=1, call=5)
    assert keep_usable([copied], DANISH, (), PARAMS, None, NEWS).rejected and keep_usable([elsewhere], DANISH, (), PARAMS, None, NEWS).kept
    free = PARAMS.model_copy(update={"reject_news_copies": False})
    assert keep_usable([copied], DANISH, (), free, None, NEWS).kept


def test_the_study_s_filter_keeps_what_it_kept() -> None:
    study = load_recipe("low_resource_study").low_resource.filter
    rows = [
        sentence("Bo", number=0),
        sentence("Bo", number=1),
        sentence("ja " * 30 + "ja", number=2),
        sentence("Hund und Katze ist da", number=3),
    ]
    assert len(keep_usable(rows, DANISH, HUMAN, study, identify).kept) == 4


TAGS = st.lists(st.sampled_from([*DANISH.tags, "9", "B-DATE", "I-DATE"]), max_size=10)
WORDS = st.lists(st.text(alphabet="aÅb,1 \x00е\ud800క", max_size=3), max_size=10)


@settings(max_examples=200)
@given(st.lists(st.tuples(WORDS, TAGS), max_size=8), st.booleans())
def test_counts_add_up_and_kept_rows_are_well_formed(rows: list[tuple[list[str], list[str]]], identified: bool) -> None:
    given_rows = [
        GeneratedSentence(f"da/0000/{number:02d}", "da", 0, number, tuple(words), tuple(tags), (), (), "m", "f")
        for number, (words, tags) in enumerate(rows)
    ]
    outcome = keep_usable(given_rows, DANISH, HUMAN, PARAMS, identify if identified else None)
    assert sorted([row.sentence_id for row in outcome.kept] + [row.key for row in outcome.rejected]) == [
        row.sentence_id for row in given_rows
    ]
    for row in outcome.kept:
        TaggedSentence(row.tokens, row.tags)
        assert mend(row.tags)[1] == 0 and set(row.tags) <= set(DANISH.tags) and all(token.strip() for token in row.tokens)
