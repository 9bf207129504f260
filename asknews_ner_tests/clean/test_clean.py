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


@pytest.mark.parametrize(
    ("title", "text", "language", "wanted"),
    [
        ("Harbour board closes eastern quay for repairs", "The board of the harbour met on Tuesday. " * 8, "en", ""),
        (
            "Harbour board closes eastern quay for repairs",
            "Sign up to read this story. It takes one minute only. " * 8,
            "en",
            "TITLE_MISMATCH",
        ),
        ("Harbour closes", "Something else altogether is told in this text, and at length. " * 8, "en", ""),
        ("Ministern höjer skatten på bensinen nästa år", "Skatt på bensin höjs, säger en minister i dag till tidningen. " * 8, "sv", ""),
        (
            "ارتفاع الضريبة على البنزين العام المقبل",
            "قال وزير المالية إن ضريبة بنزين سترتفع في عام مقبل كما أعلن في العاصمة. " * 8,
            "ar",
            "",
        ),
        (
            "Harbour board closes eastern quay for repairs",
            "Harbour board closes eastern quay for repairs\n" + "Nothing of it. " * 20,
            "en",
            "TITLE_MISMATCH",
        ),
    ],
)
def test_a_text_must_have_words_of_its_title(title, text, language, wanted):
    outcome = keep_articles([article(title=title, text=text, language=language)], RECIPE.clean.model_copy(update={"max_repeated_share": 1}))
    assert [row.reason for row in outcome.rejected] == ([wanted] if wanted else [])


def test_copies_near_the_threshold_are_not_missed():
    base = [f"word{n}" for n in range(200)]
    originals = [article(article_id=f"a{n}", text=" ".join(f"{word}x{n}" for word in base)) for n in range(25)]
    cut = [article(article_id=f"b{n}", text=" ".join(f"{word}x{n}" for word in base[:145])) for n in range(25)]
    outcome, verdicts = duplicates(*originals, *cut)
    assert len(outcome.kept) == 25
    assert all(row.group_id == f"a{row.article_id[1:]}" for row in verdicts)


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


def test_the_similarity_that_is_told_is_that_of_the_words():
    texts = [LONG, LONG.replace("word50", "other"), "Another story " + " ".join(f"x{n}" for n in range(50))]
    _, verdicts = duplicates(*(article(article_id=str(number), text=text) for number, text in enumerate(texts)))
    expected = similarity(*(word_shingles(text, RECIPE.duplicates.shingle_words) for text in texts[:2]))
    assert 0.7 < expected < 1
    assert [verdict.similarity for verdict in verdicts] == [1.0, expected, 1.0]


def test_similarity_is_jaccard():
    one, other = word_shingles("a b c d", 2), word_shingles("b c d e", 2)
    assert similarity(one, other) == pytest.approx(2 / 4)
    assert word_shingles("One", 3) == {"one"}
    assert similarity(frozenset(), frozenset()) == 1.0
