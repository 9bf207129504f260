import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.recipe import load_recipe
from asknews_ner.records import Comparison, Score, StageCount, Topic
from asknews_ner.report.distribution import shares_by, spread
from asknews_ner.report.page import ReportData, report_page

RECIPE = load_recipe("laptop")


def test_spread_of_equal_and_of_one():
    equal = spread({"a": 5, "b": 5, "c": 5, "d": 0})
    assert (equal.groups, equal.rows) == (3, 15)
    assert equal.effective_groups == pytest.approx(3)
    assert equal.gini == pytest.approx(0)
    assert spread({"a": 7}).effective_groups == pytest.approx(1)
    assert spread({}).rows == 0


def test_gini_by_its_definition():
    values = {"a": 1, "b": 2, "c": 6}
    pairs = [abs(x - y) for x in values.values() for y in values.values()]
    mean = sum(values.values()) / 3
    assert spread(values).gini == pytest.approx(sum(pairs) / (2 * 9 * mean))


@given(st.dictionaries(st.text(max_size=2), st.integers(0, 100), max_size=12))
def test_measures_stay_in_their_ranges(counts):
    found = spread(counts)
    assert 0 <= found.gini < 1
    assert found.effective_groups <= found.groups + 1e-9
    assert not math.isnan(found.effective_groups)


def test_counts_by_country_and_language():
    assert shares_by({("SE", "sv"): 2, ("SE", "en"): 1, ("GB", "en"): 4}, 0) == {"SE": 3, "GB": 4}
    assert shares_by({("SE", "sv"): 2, ("SE", "en"): 1, ("GB", "en"): 4}, 1) == {"sv": 2, "en": 5}


def data(**changes):
    counts = [
        StageCount("arrivals", "GB", "en", 10, 9, 1),
        StageCount("duplicates", "GB", "en", 9, 6, 3),
        StageCount("sample", "GB", "en", 6, 2, 4),
    ]
    score = Score("tuned", "test split", "all", 5, 10, 8, 6, 0.75, 0.6, 0.667, 0.4, 0.8, 0.4, 1)
    values = {
        "recipe": RECIPE,
        "counts": counts,
        "reasons": {"arrivals": Counter(NO_TEXT=1), "duplicates": Counter(NEAR_COPY=3)},
        "topics": [Topic("w/001", "w", "w/001", "A <b>storm</b>", "Climate", "me", 5, 3, 2, "a", 0.5)],
        "unclustered": 1,
        "clustered_of": 6,
        "examples": [],
        "scores": [score],
        "comparisons": [Comparison("test split", "tuned", "base", 0.1, 0.02, 0.2)],
        "lost_entities": {"NOT_IN_TEXT": 4},
        "offline": True,
    }
    return ReportData(**{**values, **changes})


def test_the_page_says_what_is_in_the_data():
    page = report_page(data())
    for text in ("Made without a language model", "no text 1", "near copy 3", "not in text 4", "+0.100", "0.667", "17 %"):
        assert text in page
    assert "A &lt;b&gt;storm" in page, "titles come from the web and are escaped"
    assert page.count("<svg") == 4
    assert "http://" not in page.replace("http://www.w3.org", "").replace("http://purl.org", "").replace("http://creativecommons.org", "")
    assert report_page(data()) == page


def test_warnings_depend_on_the_run():
    page = report_page(data(offline=False, unclustered=4))
    assert "Made without a language model" not in page
    assert "67 % of the articles are in no topic" in page


def test_a_page_of_nothing_is_still_a_page():
    page = report_page(data(counts=[], reasons={}, topics=[], unclustered=0, clustered_of=0, scores=[], comparisons=[], lost_entities={}))
    assert "No country and language" in page
