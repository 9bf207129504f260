import gzip
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asknews_ner.acquire.sources.items import RefusedItem
from asknews_ner.acquire.sources.links import Link, SitemapLink
from asknews_ner.acquire.sources.sitemaps import read_sitemap
from asknews_ner.recipe import load_recipe

PARAMS = load_recipe("laptop").sources
EXAMPLES = int(os.environ.get("ASKNEWS_NER_FUZZ", "40"))
NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://a.example/1 </loc><image:image><image:loc>https://a.example/1.jpg</image:loc><image:title>Bild</image:title></image:image>
<news:news><news:publication><news:name>Bladet</news:name><news:language>sv</news:language></news:publication>
<news:publication_date>2026-03-02T05:00:00+01:00</news:publication_date><news:title>Skatt &amp; bensin</news:title></news:news></url>
</urlset>"""
URLS = "<urlset>{}</urlset>"


def read(body, params=PARAMS):
    entries = list(read_sitemap(body if isinstance(body, bytes) else body.encode(), "s", params))
    return [one for one in entries if not isinstance(one, RefusedItem)], [one for one in entries if isinstance(one, RefusedItem)]


def reasons(refused):
    return [one.reason.name for one in refused]


@pytest.mark.parametrize(
    ("name", "pages", "sitemaps"),
    [("sitemap.xml", 84, 0), ("sitemap.xml.gz", 84, 0), ("sitemap-hreflang.xml", 3, 1), ("sitemap2.xml", 0, 2)],
)
def test_real_sitemaps(shared, name, pages, sitemaps):
    links, refused = read((shared / "data/raw/feeds" / name).read_bytes())
    assert ([type(link) for link in links], refused) == ([Link] * pages + [SitemapLink] * sitemaps, [])


def test_a_news_sitemap():
    (link,), refused = read(NEWS)
    assert not refused
    assert link == Link("s#1", "https://a.example/1", "Skatt & bensin", "2026-03-02T05:00:00+01:00", "sv", "Bladet")


def test_an_entry_without_an_address_and_one_that_is_no_web_address():
    links, refused = read(
        URLS.format("<url><lastmod>2026</lastmod></url><url><loc>file:///etc/passwd</loc></url><url><loc>https://a.example/1</loc></url>")
    )
    assert [link.url for link in links] == ["https://a.example/1"]
    assert reasons(refused) == ["NO_ADDRESS", "NO_ADDRESS"]


def test_a_broken_sitemap_is_read_as_far_as_it_goes_and_says_so():
    body = URLS.format(
        "<url><loc>https://a.example/1</loc></url><url><loc>https://a.example/2&x=1</loc></url><url><loc>https://a.example/3</loc></url>"
    )[:-5]
    links, refused = read(body)
    assert {"https://a.example/1", "https://a.example/3"} <= {link.url for link in links}
    assert reasons(refused) == ["BROKEN_DOCUMENT"]


def test_bombs_external_entities_and_sizes_are_refused(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("https://secret.example/")
    external = f'<!DOCTYPE u [<!ENTITY x SYSTEM "file://{secret}">]>' + URLS.format("<url><loc>&x;</loc></url>")
    assert reasons(read(external)[1]) == ["ENTITY_DECLARATION"]
    assert reasons(read(external.encode("utf-16"))[1]) == ["ENTITY_DECLARATION"]
    assert reasons(read(gzip.compress(b" " * 2_000_000), PARAMS.model_copy(update={"max_sitemap_bytes": 1_000_000}))[1]) == ["TOO_BIG"]
    deep = "<a>" * 100_000
    links, refused = read(URLS.format(deep))
    assert not links
    assert reasons(refused) == ["BROKEN_DOCUMENT"]


def test_other_documents_are_no_sitemaps():
    assert reasons(read("<html><body>Not found</body></html>")[1]) == ["NOT_A_SITEMAP"]
    assert reasons(read("Not found")[1]) == ["NOT_A_SITEMAP"]
    assert reasons(read(b"")[1]) == ["NOT_A_SITEMAP"]


PARTS = st.sampled_from(["<urlset>", "</urlset>", "<url>", "</url>", "<loc>", "</loc>", "https://a.example/", "<sitemapindex>", "<sitemap>", "<!ENTITY a 'b'>", "&a;", "&", "<![CDATA[", "]]>", "<!DOCTYPE a [", "]>", "<a b='", "\x00", "é", "<?xml version='1.0' encoding='utf-16'?>"])  # fmt: skip


@settings(max_examples=EXAMPLES)
@given(st.one_of(st.binary(max_size=300), st.lists(PARTS, max_size=40).map(lambda parts: "".join(parts).encode())))
def test_whatever_comes_ends_with_links_or_refusals(body):
    links, refused = read(body)
    assert links or refused or b"urlset" in body or b"sitemapindex" in body
    assert all(link.url.lower().startswith("http") for link in links)
