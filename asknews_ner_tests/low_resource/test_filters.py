"""Every reason to reject, the identity of counts, and the mending of tags and letters."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asknews_ner.dataset.bio import mend
from asknews_ner.low_resource.escapes import mend_escapes
from asknews_ner.low_resource.filters import FilterParams, UsableReject, keep_usable, usable_to_the_study
from asknews_ner.low_resource.languages import language_of
from asknews_ner.low_resource.records import GeneratedSentence, TaggedSentence

DANISH, TELUGU = language_of("da"), language_of("te")
PARAMS = FilterParams(
    mend_escapes=True,
    max_tokens=8,
    min_script_share=0.5,
    identify_min_characters=10,
    wrong_language_from_confidence=0.95,
    reject_seed_copies=True,
    reject_duplicates=True,
)
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
        (sentence("og " * 8 + "ja"), UsableReject.TOO_LONG, "9 tokens, at most 8"),
        (sentence("Борис ler"), UsableReject.WRONG_SCRIPT, "38% of the letters are Latin"),
        (sentence("Hund und Katze"), UsableReject.WRONG_LANGUAGE, "de with confidence 0.99, not da"),
        (sentence("MOR bor i Ribe"), UsableReject.SEED_COPY, "a human sentence"),
    ],
)
def test_each_reason(row: GeneratedSentence, reason: UsableReject, detail: str) -> None:
    outcome = keep_usable([row], DANISH, HUMAN, PARAMS, identify)
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


@pytest.mark.parametrize("text", ["Hm hm hm hm", "du er vel und sådan", "und"])
def test_an_unsure_identifier_rejects_nothing(text: str) -> None:
    assert keep_usable([sentence(text.lower())], DANISH, HUMAN, PARAMS, identify).kept


def test_mended_tags_are_noted() -> None:
    (kept,) = keep_usable([sentence("Bo Ek ler", "I-PER I-PER O")], DANISH, HUMAN, PARAMS, identify).kept
    assert kept.tags == ("B-PER", "I-PER", "O") and kept.notes == ("1 I tags made B",)


def test_letters_are_restored_from_escapes_with_two_zeros_too_many() -> None:
    (kept,) = keep_usable([sentence("p\x00e5 havet")], DANISH, HUMAN, PARAMS, None).kept
    assert kept.tokens == ("på", "havet") and "two zeros" in kept.notes[0]
    assert mend_escapes("\x0c15\x0c41", "TELUGU") == "కు"
    assert mend_escapes("\x0c95", "TELUGU") == "\x0c95"  # KANNADA LETTER KA: a digit was lost, or it is another language
    assert mend_escapes("\x0b9", "TAMIL") == "\x0b9" and mend_escapes("at\tx", "LATIN") == "at\tx"
    off = PARAMS.model_copy(update={"mend_escapes": False})
    assert keep_usable([sentence("p\x00e5 havet")], DANISH, HUMAN, off, None).rejected[0].reason == "DAMAGED_TEXT"


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
