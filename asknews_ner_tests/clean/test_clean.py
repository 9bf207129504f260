import datetime as dt

import pytest

from asknews_ner.acquire.boilerplate import boilerplate_phrases, boilerplate_share
from asknews_ner.clean.duplicates import find_duplicates, similarity, word_shingles
from asknews_ner.clean.quality import keep_articles
from asknews_ner.recipe import LANGUAGES, load_recipe
from asknews_ner_tests.conftest import article

RECIPE = load_recipe("laptop")
LONG = " ".join(f"word{n}" for n in range(60)) + "."


def reason(text, language="en"):
    outcome = keep_articles([article(text=text, language=language)], RECIPE.clean)
    return outcome.rejected[0].reason if outcome.rejected else ""


def test_phrases_exist_for_all_languages():
    assert set(boilerplate_phrases()) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (LONG, ""),
        ("Too short.", "TOO_SHORT"),
        ("\ufffd" * 10 + LONG, "BROKEN_ENCODING"),
        ("\ufffd" + LONG, ""),
        ("We use cookies to improve things. " * 8, "BOILERPLATE"),
        (LONG + " We use cookies.", ""),
        ("\n".join(["The same line of text again and again."] * 6), "REPEATED_LINES"),
    ],
)
def test_quality(text, wanted):
    assert reason(text) == wanted


def test_boilerplate_is_counted_by_characters_in_its_language_and_english():
    assert boilerplate_share("Wir verwenden Cookies. Ein Satz.", "de") == pytest.approx(22 / 31)
    assert boilerplate_share("Subscribe to read. Ein Satz.", "de") > 0.5
    assert boilerplate_share("", "de") == 0


def duplicates(*rows):
    return find_duplicates(rows, RECIPE.duplicates)


def test_copies_across_countries_leave_and_the_earliest_stays():
    times = [dt.datetime(2026, 3, 2, hour, tzinfo=dt.UTC) for hour in (3, 1)]
    outcome, verdicts = duplicates(
        article(article_id="a", text=LONG, country="GB", published_at=times[0]),
        article(article_id="b", text=LONG, country="ZA", published_at=times[1]),
        article(article_id="c", text=LONG + " An update at noon.", country="US"),
        article(article_id="d", text="Another story " + " ".join(f"x{n}" for n in range(50))),
    )
    assert {row.article_id for row in outcome.kept} == {"b", "d"}
    assert {row.key: row.reason for row in outcome.rejected} == {"a": "COPY", "c": "NEAR_COPY"}
    assert {v.article_id: (v.group_id, v.kind, v.is_original) for v in verdicts} == {
        "a": ("b", "copy", False),
        "b": ("b", "original", True),
        "c": ("b", "near_copy", False),
        "d": ("d", "unique", True),
    }


def test_the_order_of_the_rows_does_not_matter():
    rows = [article(article_id=str(n), text=LONG.replace("word3", f"w{n}")) for n in range(5)]
    assert duplicates(*rows)[1] == duplicates(*reversed(rows))[1]


def test_similarity_is_jaccard():
    one, other = word_shingles("a b c d", 2), word_shingles("b c d e", 2)
    assert similarity(one, other) == pytest.approx(2 / 4)
    assert word_shingles("One", 3) == {"one"}
    assert similarity(frozenset(), frozenset()) == 1.0
