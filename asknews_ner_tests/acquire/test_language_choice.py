import pytest

from asknews_ner.acquire.arrivals import arrive
from asknews_ner.acquire.deny import DenyList
from asknews_ner.acquire.files import RawRow
from asknews_ner.acquire.language import packaged_identifier, second_identifier
from asknews_ner.acquire.language_choice import find_language, other_language_share
from asknews_ner.recipe import load_recipe

PARAMS = load_recipe("laptop").acquire
ENGLISH = "The government announced on Monday that the tax on petrol will rise from next year, the finance minister said in the capital."
SWEDISH = "Regeringen meddelade i måndags att skatten på bensin höjs från och med nästa år, sade finansministern i huvudstaden."
GERMAN = "Die Regierung kündigte am Montag an, dass die Steuer auf Benzin im nächsten Jahr steigt, sagte der Finanzminister gestern."


def says(language, confidence=1.0):
    return lambda _: (language, confidence)


@pytest.mark.parametrize(
    ("declared", "first", "confidence", "second", "wanted"),
    [
        ("de", "de", 1.0, "de", ("de", "declared", False)),
        ("de", "nl", 1.0, "", ("nl", "corrected", False)),
        ("de", "nl", 1.0, "de", ("de", "declared", False)),
        ("de", "nl", 0.6, "nl", ("nl", "corrected", False)),
        ("de", "nl", 0.6, "af", ("de", "declared", True)),
        ("de", "nl", 1.0, "af", ("nl", "corrected", True)),
        ("de", "nl", 0.6, "", ("de", "declared", False)),
        (None, "de", 1.0, "", ("de", "identified", False)),
        (None, "de", 1.0, "de", ("de", "identified", False)),
        (None, "de", 1.0, "nl", ("de", "identified", True)),
    ],
)
def test_the_vote(declared, first, confidence, second, wanted):
    found = find_language(ENGLISH, declared, PARAMS, says(first, confidence), says(second))
    assert (found.language, found.origin, found.disputed) == wanted
    assert (found.first, found.second) == (first, second)


def test_short_texts_are_not_identified():
    assert find_language("Kort.", "sv", PARAMS, says("da"), says("da")).language == "sv"
    assert find_language("Kort.", None, PARAMS, says("da"), says("da")).origin == "too short to identify"


def test_paragraphs_in_another_language_are_measured_where_both_identifiers_agree():
    text = f"{ENGLISH}\n{SWEDISH}\nShort."
    share = other_language_share(text, "en", PARAMS, packaged_identifier(), second_identifier())
    assert share == pytest.approx(len(SWEDISH) / len(text))
    assert other_language_share(text, "en", PARAMS, packaged_identifier(), says("da")) == 0
    assert other_language_share("", "en", PARAMS, packaged_identifier(), second_identifier()) == 0


def arrived(text, second=None, **changes):
    row = RawRow("a.jsonl:1", {"text": text, "language": "en", "publisher": "Courier"})
    outcome = arrive([row], PARAMS.model_copy(update=changes), packaged_identifier(), DenyList(), second or second_identifier()).outcome
    return outcome.kept[0] if outcome.kept else outcome.rejected[0]


def test_what_the_second_identifier_says_stands_in_the_record():
    row = arrived(f"{ENGLISH}\n{ENGLISH}\n{SWEDISH}")
    assert (row.language, row.second_language) == ("en", "en")
    assert row.other_language_share == pytest.approx(0.315, abs=0.02)
    assert arrived(ENGLISH, says("")).second_language == ""


def test_disputed_languages_are_kept_with_a_note_or_rejected():
    row = arrived(GERMAN, says("nl"))
    assert "language disputed: declared as en, identified as de and nl" in row.notes
    lost = arrived(GERMAN, says("nl"), disputed_language="reject")
    assert (lost.reason, lost.language, lost.publisher) == ("LANGUAGE_DISPUTED", "de", "Courier")
    assert arrived(ENGLISH, disputed_language="reject").language == "en"


def test_texts_that_are_mostly_in_another_language_are_rejected():
    text = f"{ENGLISH}\n{ENGLISH}\n{SWEDISH}"
    assert arrived(text, max_other_language_share=0.2).reason == "MIXED_LANGUAGES"
    assert arrived(text, max_other_language_share=0.4).language == "en"


def test_the_second_identifier_knows_when_it_does_not_know():
    assert second_identifier()("1234 5678 90") == ("", 0.0)
    assert second_identifier()("\U0010ffff" * 30) == ("", 0.0)
    assert second_identifier()(SWEDISH)[0] == "sv"
