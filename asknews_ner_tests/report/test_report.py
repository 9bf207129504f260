import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import asknews_ner.report
from asknews_ner.diversify.spread.before_after import compare
from asknews_ner.evaluate.tables.size_scores import SizeScores
from asknews_ner.recipe import load_recipe
from asknews_ner.records import Comparison, Score, StageCount, SummaryVector, Topic, TopicMember
from asknews_ner.report.page import ReportData, report_page
from asknews_ner.report.shares import before_and_after, before_and_after_table, figures, shares_picture

RECIPE = load_recipe("laptop")
MEMBERS = [TopicMember("a", "w", "w/001", "clustered", 1.0, "SE", "sv"), TopicMember("b", "w", "", "noise", 0.0, "IN", "en")]
VECTORS = [SummaryVector(row.article_id, "h", "e", (float(row.country == "SE"), 0.5), False, "SE", "sv", None) for row in MEMBERS]


def data(**changes):
    counts = [
        StageCount("arrivals", "GB", "en", 10, 9, 1),
        StageCount("duplicates", "GB", "en", 9, 6, 3),
        StageCount("sample", "GB", "en", 6, 2, 4),
    ]
    score = Score("tuned", "test split", "all", 5, 10, 8, 6, 0.75, 0.6, 0.667, 0.4, 0.8, 0.4, 1, "as_written", "flat")
    compared = [Comparison("test split", "tuned", "base", 0.1, 0.02, 0.2, 0.01, 0.02, 1)]
    values = {
        "recipe": RECIPE,
        "counts": counts,
        "reasons": {"arrivals": Counter(NO_TEXT=1), "duplicates": Counter(NEAR_COPY=3)},
        "distribution": compare(MEMBERS, MEMBERS[:1], VECTORS).rows,
        "topics": [Topic("w/001", "w", "w/001", "A <b>storm</b>", "Climate", "me", 5, 3, 2, "a", 0.5)],
        "unclustered": 1,
        "clustered_of": 6,
        "examples": [],
        "scores": [SizeScores("laptop", [replace(score, model="base", f1=0.567), score], compared)],
        "lost_entities": {"NOT_IN_TEXT": 4},
        "offline": True,
    }
    return ReportData(**{**values, **changes})


def test_pool_and_sample_stand_side_by_side():
    found = compare(MEMBERS, MEMBERS[:1], VECTORS)
    lines = before_and_after(found.rows)
    assert ("country", "articles", "2", "1") in lines
    assert ("country", "effective number", "2.0", "1.0") in lines
    assert ("country", "Gini", "0.000", "0.500") in lines
    assert ("country", "entropy, nats", "0.693", "0.000") in lines, "no minus before a zero"
    assert ("text", "Vendi score", "1.8", "1.0") in lines
    assert not any(kind == "language" and "people" in words for kind, words, _, _ in lines)
    assert "| country | Gini | 0.000 | 0.500 |" in before_and_after_table(found.rows)
    assert figures(found.rows)["sample_country_gini"] == 0.5
    assert before_and_after([]) == []


def test_shares_are_a_picture_that_markdown_shows():
    picture = shares_picture(compare(MEMBERS, MEMBERS[:1], VECTORS).shares)
    assert picture.startswith("![shares of pool and sample](data:image/png;base64,")
    assert shares_picture([]).startswith("![")


def test_the_page_says_what_is_in_the_data():
    page = report_page(data())
    for text in (
        "Made without a language model",
        "no text 1",
        "near copy 3",
        "not in text 4",
        "+0.100",
        "0.667",
        "17 %",
        "Vendi score",
        "Size laptop",
        "no benchmark with 100 gold entities",
        "18 not scored",
    ):
        assert text in page
    assert "A &lt;b&gt;storm" in page, "titles come from the web and are escaped"
    assert page.count("<svg") == 4
    assert not re.search(r"""(src|href)\s*=\s*["']?\w+://|url\(\s*["']?\w+://""", page), "nothing is fetched, and no link leaves the page"
    assert report_page(data()) == page


def test_warnings_depend_on_the_run():
    page = report_page(data(offline=False, unclustered=4))
    assert "Made without a language model" not in page
    assert "67 % of the articles are in no topic" in page


def test_a_page_of_nothing_is_still_a_page():
    page = report_page(data(counts=[], reasons={}, distribution=[], topics=[], unclustered=0, clustered_of=0, scores=[], lost_entities={}))
    assert "No country and language" in page
    assert "No model was scored yet." in page


def test_no_word_is_glued_to_the_one_before_a_block():
    """Templates are read with trim_blocks, which takes the line's end after a block away: words need one of their own."""
    folder = Path(asknews_ner.report.__file__).parent
    glued = [
        f"{path.name}: …{found[0][-60:]!r}"
        for path in sorted(folder.rglob("*.jinja"))
        for found in re.finditer(r"\S[^\n]*\{% end(?:if|for) %\}\n(?=\w)[^\n]{0,20}", path.read_text(encoding="utf-8"))
    ]
    assert glued == []
