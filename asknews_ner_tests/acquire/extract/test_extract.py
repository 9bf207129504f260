import datetime as dt

import pytest

from asknews_ner.acquire.extract.extract import extract_page
from asknews_ner.acquire.extract.json_ld import read_linked_data
from asknews_ner.acquire.extract.main_text import main_text
from asknews_ner.acquire.extract.page import Extracted, ExtractReject
from asknews_ner.acquire.extract.trimming import trimmed, without_title
from asknews_ner.recipe import load_recipe
from asknews_ner_tests.acquire.extract.pages import ARTICLE, PARAGRAPHS, SENTENCES, page

PARAMS = load_recipe("laptop").extract
URL = "https://courier.example/2026/03/quay?id=1"


def read(html, content_type="text/html; charset=utf-8", url=URL, **changes):
    return extract_page(html.encode(), url, content_type, PARAMS.model_copy(update=changes))


@pytest.mark.parametrize(("extractors", "by"), [("both", "resiliparse"), ("resiliparse", "resiliparse"), ("trafilatura", "trafilatura")])
def test_a_whole_article(extractors, by):
    found = read(ARTICLE, extractors=extractors)
    assert isinstance(found, Extracted)
    assert found.text.split("\n") == [f"{sentence} {sentence}" for sentence in SENTENCES]
    assert (found.title, found.author, found.site_name) == ("Saltmere closes its eastern quay", "Aino Berg; Tom Reed", "Saltmere Courier")
    assert (found.published_at, found.date_origin) == (dt.datetime(2026, 3, 3, 17, 30, tzinfo=dt.UTC), "json-ld")
    assert (found.language, found.canonical_url, found.paywalled) == ("en", "https://courier.example/2026/03/quay", True)
    assert found.extractor.startswith(f"{by} ")
    assert found.notes == ()


def test_the_fast_text_is_taken_only_where_the_marked_paragraphs_agree():
    from selectolax.lexbor import LexborHTMLParser

    unmarked = ARTICLE.replace("article>", "div>")
    for html, by in ((ARTICLE, "resiliparse"), (unmarked, "trafilatura")):
        found = main_text(html, LexborHTMLParser(html), "", URL, PARAMS)
        assert found.extractor.startswith(by)
    short = PARAMS.model_copy(update={"fast_min_characters": 100_000})
    assert main_text(ARTICLE, LexborHTMLParser(ARTICLE), "", URL, short).extractor.startswith("trafilatura")


@pytest.mark.parametrize(
    ("head", "published", "origin"),
    [
        ('<meta property="article:published_time" content="2026-03-03T18:30:00Z">', "2026-03-03T18:30:00+00:00", "meta"),
        ('<meta name="date" content="3 March"><meta itemprop="datePublished" content="2026-03-04">', "2026-03-04T00:00:00+00:00", "meta"),
        ("", "2026-03-05T09:00:00+00:00", "markup"),
    ],
)
def test_dates_by_where_they_stand(head, published, origin):
    found = read(page(f'<article><time datetime="2026-03-05T09:00:00Z">Thursday</time>{PARAGRAPHS}</article>', head))
    assert (found.published_at.isoformat(), found.date_origin) == (published, origin)
    assert 0 < found.date_confidence <= 1


def test_a_date_that_nothing_declares_is_guessed_and_says_so():
    html = page(f"<p>Published on March 3, 2026</p>{PARAGRAPHS}")
    found = read(html, url="https://courier.example/quay")
    assert (found.published_at.date(), found.date_origin) == (dt.date(2026, 3, 3), "guessed")
    assert read(html, guess_dates=False).published_at is None


@pytest.mark.parametrize(
    ("html", "content_type", "reason"),
    [
        ("%PDF-1.7 and so on", "text/html", "NOT_HTML"),
        (ARTICLE, "image/png", "NOT_HTML"),
        ('{"text": "JSON"}', "", "NOT_HTML"),
        ("", "text/html", "NOT_HTML"),
        (page(""), "text/html", "NO_TEXT"),
        (
            page("<p>Checking if the site connection is secure. It may take some seconds.</p>", "<title>Just a moment...</title>"),
            "",
            "WALL",
        ),
        (
            page("<p>Die Seite, die Sie suchen, gibt es nicht mehr. Gehen Sie zurück.</p>", "<title>Seite nicht gefunden</title>"),
            "",
            "WALL",
        ),
        (page("<p>We and our partners store information on a device. Accept it.</p>", "<title>We value your privacy</title>"), "", "WALL"),
        (
            page("<p>We use cookies to improve this site. Accept all cookies or open the cookie settings. Privacy policy.</p>"),
            "",
            "BOILERPLATE",
        ),
    ],
)
def test_pages_that_leave(html, content_type, reason):
    found = read(html, content_type)
    assert isinstance(found, ExtractReject)
    assert found.reason.name == reason


def test_a_long_article_about_consent_is_an_article():
    assert isinstance(read(page(f"<article>{PARAGRAPHS * 3}</article>", "<title>Your privacy and the harbour</title>")), Extracted)


def test_a_page_over_the_byte_limit_is_not_read():
    assert read(ARTICLE, max_bytes=100).reason.name == "TOO_BIG"


def test_mojibake_in_a_page_is_mended_with_a_note():
    found = read(page("<article>" + "".join(f"<p>{n} smörgåsbord på Öland för många år sedan, sade hon då.</p>" for n in range(20)) + "</article>")
                 .replace("ö", "Ã¶").replace("å", "Ã¥").replace("Ö", "Ã–"))  # fmt: skip
    assert "smörgåsbord på Öland för många år" in found.text
    assert found.notes == ("mojibake mended",)


@pytest.mark.parametrize(
    ("canonical", "wanted"),
    [
        ("https://courier.example/a?utm_source=x#top", "https://courier.example/a"),
        ("//courier.example/a", "https://courier.example/a"),
        ("https://courier.example/", "https://courier.example/2026/03/quay?id=1"),
        ("https://[broken", "https://courier.example/2026/03/quay?id=1"),
        ("javascript:alert(1)", "https://courier.example/2026/03/quay?id=1"),
    ],
)
def test_canonical_addresses(canonical, wanted):
    assert read(page(f"<article>{PARAGRAPHS}</article>", f'<link rel="canonical" href="{canonical}">')).canonical_url == wanted


@pytest.mark.parametrize(
    ("head", "heading", "wanted"),
    [
        ("<title>Quay closes - Courier</title><meta property='og:site_name' content='Courier'>", "", "Quay closes"),
        ("<title>Courier | Quay closes</title><meta property='og:site_name' content='courier.example'>", "", "Quay closes"),
        ("<title>Quay closes - for two years</title>", "", "Quay closes - for two years"),
        ("<title>Courier</title><meta property='og:title' content='Quay closes'>", "<h1>Courier</h1><h1>Quay  closes</h1>", "Quay closes"),
        ("", "<h1>Quay closes</h1>", "Quay closes"),
    ],
)
def test_titles(head, heading, wanted):
    assert read(page(f"{heading}<article>{PARAGRAPHS}</article>", head)).title == wanted


def test_linked_data_that_cannot_be_read_is_noted():
    assert read_linked_data(['{"@type": "NewsArticle", "headline": "A"']).faults
    assert read_linked_data(["[" * 100_000]).faults
    assert read_linked_data(['<!-- {"@type": "NewsArticle", "headline": "A", "author": "B"}; -->']).headline == "A"
    found = read_linked_data(['{"@type": "Organization", "name": "X"}', '/*<![CDATA[*/{"@type": "NewsArticle", "author": "B"}/*]]>*/'])
    assert (found.authors, found.free, found.faults) == (("B",), None, ())


def test_trimming_keeps_what_stands_between_sentences_and_all_of_unpunctuated_texts():
    lines = ["Share", "A first sentence that is long enough to be prose, we think.", "A heading", "Share", "Share", "And a last sentence, long enough as well, we hope.", "More"]  # fmt: skip
    assert trimmed(lines, 40, 0.5) == [lines[1], "A heading", lines[5]]
    assert trimmed(["No stop", "none here"], 40, 0.5) == ["No stop", "none here"]
    assert trimmed(["x" * 500, "A short sentence."], 10, 0.5) == ["x" * 500, "A short sentence."]
    assert without_title(["A Title", "Text.", *["x"] * 6, "A title"], "a title!") == ["Text.", *["x"] * 6, "A title"]
