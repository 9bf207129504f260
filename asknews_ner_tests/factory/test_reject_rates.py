import pytest

from asknews_ner.factory.reject_rates import EarlyRows, language_agreement, rates_by_language, rates_by_publisher
from asknews_ner.records import Rejected
from asknews_ner_tests.conftest import article


def lost(stage, reason, publisher, language):
    return Rejected(stage, reason, "", "k", "GB", language, "", publisher)


ROWS = EarlyRows(
    [article(publisher="A"), article(publisher="A"), article(publisher="B", language="de")],
    [lost("arrivals", "NO_TEXT", "A", "en"), lost("clean_articles", "TOO_SHORT", "A", "en"), lost("arrivals", "UNREADABLE_ROW", "", "")],
)


def test_rates_count_every_row_once():
    rates = {rate.name: rate for rate in rates_by_publisher(ROWS)}
    assert (rates["A"].rows, rates["A"].rejected, rates["A"].share) == (3, 2, pytest.approx(2 / 3))
    assert rates["A"].reasons == "NO_TEXT 1, TOO_SHORT 1"
    assert (rates["B"].rows, rates["B"].rejected, rates["B"].reasons) == (1, 0, "")
    assert (rates[""].rows, rates[""].rejected) == (1, 1)
    assert [rate.name for rate in rates_by_language(ROWS)] == ["en", "", "de"]
    assert sum(rate.rows for rate in rates_by_language(ROWS)) == 5


def test_agreement_by_language():
    rows = [
        article(second_language="en"), article(second_language=""), article(second_language="fr", other_language_share=0.2),
        article(language="de", language_origin="corrected", second_language="de"),
    ]  # fmt: skip
    german, english = language_agreement(rows)
    assert (english.articles, english.agree, english.silent, english.disagree, english.mixed) == (3, 1, 1, 1, 1)
    assert (german.language, german.corrected, german.agree) == ("de", 1, 1)
