"""Extraction under made-up pages: any bytes give an article or a reason. ASKNEWS_NER_FUZZ_EXAMPLES=20000 for the long form (hours go
by the number); findings become cases in `test_workers.py`."""

import json
import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asknews_ner.acquire.extract.extract import extract_page
from asknews_ner.acquire.extract.json_ld import read_linked_data
from asknews_ner.acquire.extract.page import Extracted, ExtractReject
from asknews_ner.recipe import load_recipe
from asknews_ner_tests.acquire.extract.pages import ARTICLE

PARAMS = load_recipe("laptop").extract
EXAMPLES = int(os.environ.get("ASKNEWS_NER_FUZZ_EXAMPLES", "60"))
FUZZ = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
TAGS = ("p", "div", "article", "table", "tr", "td", "ul", "li", "span", "a", "b", "h1", "title", "script", "style", "svg", "math", "template",
        "select", "option", "textarea", "noscript", "iframe", "time", "br", "blockquote", "pre", "code", "frameset", "form")  # fmt: skip
ATTRIBUTES = ("class", "id", "href", "colspan", "rowspan", "lang", "datetime", "itemprop", "rel", "style", "content", "property")
VALUES = st.one_of(
    st.text(max_size=20), st.sampled_from(["author", "datePublished", "article", "9" * 20, "-1", "0", "javascript:x", "//", "2026-13-45"])
)
WORDS = st.one_of(st.text(max_size=60), st.just("A sentence with words, long enough for prose to be found in it by those who look. "))


def element(tag, attributes, inner, closed):
    shown = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<{tag}{shown}>{inner}" + (f"</{tag}>" if closed else "")


NESTED = st.recursive(WORDS, lambda inner: st.lists(st.builds(element, st.sampled_from(TAGS), st.just({}), inner, st.just(True)), max_size=4).map("".join), max_leaves=12)  # fmt: skip
ELEMENT = st.builds(element, st.sampled_from(TAGS), st.dictionaries(st.sampled_from(ATTRIBUTES), VALUES, max_size=3), NESTED, st.booleans())
META = st.builds(
    lambda name, value: f'<meta property="{name}" content="{value}">',
    st.sampled_from(["og:title", "og:url", "og:locale", "article:published_time", "author", "og:site_name", "article:content_tier"]),
    VALUES,
)


def check(body, url="https://a.example/1", content_type="text/html"):
    found = extract_page(body, url, content_type, PARAMS)
    assert isinstance(found, Extracted | ExtractReject)
    if isinstance(found, Extracted):
        assert found.text.strip()
        found.text.encode("utf-8", "strict")
        assert found.published_at is None or found.published_at.tzinfo is not None
        assert 0 <= found.date_confidence <= 1


@FUZZ
@given(st.lists(META, max_size=4), st.lists(ELEMENT, max_size=8))
def test_made_up_html(head, body):
    check(f"<html><head>{''.join(head)}</head><body>{''.join(body)}</body></html>".encode("utf-8", "surrogatepass"))


@FUZZ
@given(st.binary(max_size=400), st.text(max_size=30), st.text(max_size=30))
def test_any_bytes(body, url, content_type):
    check(body, url, content_type)
    check(b"<html><p>" + body, url)


@FUZZ
@given(st.data())
def test_a_real_form_of_page_with_pieces_cut_and_put_in(data):
    body = ARTICLE.encode()
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(body)), st.integers(0, len(body)))))
    check(body[:start] + data.draw(st.binary(max_size=40)) + body[end:])


KEYS = ("@type", "@graph", "headline", "author", "name", "datePublished", "publisher", "isAccessibleForFree")
SCALAR = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20))
JSON = st.recursive(SCALAR, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)))


@FUZZ
@given(JSON)
def test_any_linked_data(value):
    told = {"@type": "NewsArticle", "author": value, "headline": value, "publisher": value}
    found = read_linked_data([json.dumps(value), json.dumps(told)])
    assert isinstance(found.headline, str)
