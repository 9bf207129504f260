"""The map of topics: every article once, hostile texts inert, the same page for the same tables."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.records import Summary, SummaryVector, Topic, TopicMember
from asknews_ner.report.topic_map import COLOURS, SHAPES, lay_out, look_of, map_page
from asknews_ner.report.topic_map_picture import map_picture

HOSTILE = "</script><script>alert(1)</script><!-- <script> \u2028 $\\frac{1}$ & \u202eabc"
TOPICS = [
    Topic("w/001", "w", "w/001", HOSTILE, "", "me", 2, 1, 1, "a", None),
    Topic("w/002", "w", "w/002", "big", "", "me", 3, 1, 1, "c", None),
]


def tables(rows):
    """Rows of (article id, topic id, title) → members, vectors and summaries."""
    members = [TopicMember(key, "w", topic, "clustered", 1.0, "SE", "sv") for key, topic, _ in rows]
    vectors = [SummaryVector(key, "h", "e", (1.0, float(n), float(n % 2)), False, "SE", "sv", None) for n, (key, _, _) in enumerate(rows)]
    summaries = [Summary(key, "h", "offline", "f", title, "A text.", "en", False, 0, "SE", "sv", None) for key, _, title in rows]
    return members, vectors, summaries


ROWS = [("a", "w/001", HOSTILE), ("b", "w/001", ""), ("c", "w/002", "A title"), ("https://d.example/?x=<script>", "", "Noise")]


def data_of(page):
    (block,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, flags=re.DOTALL)
    return json.loads(block)


def test_the_page_holds_every_article_once_and_hostile_texts_are_inert():
    page = map_page(lay_out(*tables(ROWS), TOPICS, 1), "a <b>name")
    data = data_of(page)
    assert sorted(point["id"] for point in data["points"]) == sorted(key for key, _, _ in ROWS)
    assert {point["id"]: point["title"] for point in data["points"]}["a"] == HOSTILE, "a reader gets the same characters back"
    assert page.count("<script") == 2 and page.count("</script") == 2, "the page's own two"
    assert "<!--" not in page
    assert "a &lt;b&gt;name" in page
    assert "http" not in re.sub(r"http-equiv|https://d\.example", "", page), "nothing is fetched"
    assert "innerHTML" not in page


def test_only_the_pages_own_script_may_run():
    page = map_page(lay_out(*tables(ROWS), TOPICS, 1), "n")
    assert re.search(r"default-src 'none'; style-src 'sha256-[\w+/=]{44}'; script-src 'sha256-[\w+/=]{44}'", page)


def test_the_biggest_topic_comes_first_and_noise_has_none():
    found = lay_out(*tables(ROWS), TOPICS, 1)
    assert [topic.name for topic in found.topics] == ["big", HOSTILE]
    assert [point.topic for point in found.points] == [1, 1, 0, -1]


@given(st.lists(st.text(), max_size=5, unique=True))
def test_any_title_survives(titles):
    rows = [(str(n), "w/002", title) for n, title in enumerate(titles)]
    page = map_page(lay_out(*tables(rows), TOPICS, 1), "n")
    assert [point["title"] for point in data_of(page)["points"]] == titles


def test_looks_are_of_their_own():
    looks = [look_of(place) for place in range(len(COLOURS) * len(SHAPES))]
    assert len(set(looks)) == len(looks)
    assert look_of(len(looks)) == looks[0]


def test_the_picture_is_drawn_of_anything():
    for rows in (ROWS, []):
        picture = map_picture(lay_out(*tables(rows), TOPICS, 1))
        assert picture.startswith(b"\x89PNG")
    assert map_picture(lay_out(*tables(ROWS), TOPICS, 1)) == map_picture(lay_out(*tables(ROWS), TOPICS, 1))


def test_tables_of_different_runs_are_refused():
    members, vectors, summaries = tables(ROWS)
    with pytest.raises(ValueError, match="1 articles have no vector, a for one"):
        lay_out(members, vectors[1:], summaries, TOPICS, 1)
