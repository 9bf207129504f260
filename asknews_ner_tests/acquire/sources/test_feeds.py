import os
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asknews_ner.acquire.sources.feeds import read_feed
from asknews_ner.acquire.sources.items import RefusedItem
from asknews_ner.acquire.sources.links import Link
from asknews_ner.recipe import load_recipe

PARAMS = load_recipe("laptop").sources
RSS = '<rss version="2.0"><channel><title>Avisen</title><language>da</language>{}</channel></rss>'
ITEM = "<item><title>Nyt</title><link>https://a.example/1</link><pubDate>Mon, 02 Mar 2026 05:00:00 +0100</pubDate></item>"
EXAMPLES = int(os.environ.get("ASKNEWS_NER_FUZZ", "40"))


def read(body, params=PARAMS, charset=""):
    entries = list(read_feed(body if isinstance(body, bytes) else body.encode(), "f", params, charset))
    return [one for one in entries if isinstance(one, Link)], [one for one in entries if isinstance(one, RefusedItem)]


def reasons(refused):
    return [one.reason.name for one in refused]


# Counted by eye in the files: entries that are kept, and the reasons of the others.
SHARED = {
    "content-encoded.rss": (7, []),
    "encoding.rss": (40, []),
    "feed.json": (25, []),
    "feed1.atom": (2, []),
    "feed2.rss": (1, []),
    "feedburner.atom": (25, []),
    "guardian.rss": (55, []),
    "heise.atom": (15, []),
    "incomplete-fields.atom": (0, ["NO_ADDRESS"]),
    "instant-article.rss": (1, []),
    "missing-fields.atom": (0, ["NO_ADDRESS"]),
    "pagination-links.rss": (1, []),
    "reddit-atom.rss": (24, []),
    "rss-1.rss": (69, []),
    "unrecognized.rss": (0, ["NOT_A_FEED"]),
    "uolNoticias.rss": (15, []),
}


@pytest.mark.parametrize("name", SHARED)
def test_real_feeds(shared, name):
    links, refused = read((shared / "data/raw/feeds" / name).read_bytes())
    assert (len(links), reasons(refused)) == SHARED[name]


def test_latin_1_and_the_address_behind_a_counting_proxy(shared):
    links, _ = read((shared / "data/raw/feeds/uolNoticias.rss").read_bytes())
    assert links[0].title == "Ibope: Bolsonaro perde de Haddad, Ciro e Alckmin em simulações de 2º turno"
    links, _ = read((shared / "data/raw/feeds/feedburner.atom").read_bytes())
    assert all("feedproxy" not in link.url for link in links)


def test_an_entry_and_what_is_said_of_it():
    (link,), refused = read(RSS.format(ITEM))
    assert not refused
    assert (link.url, link.title, link.language, link.publisher) == ("https://a.example/1", "Nyt", "da", "Avisen")
    assert link.published_at == "Mon, 02 Mar 2026 05:00:00 +0100"


def test_json_feed():
    body = b'{"version": "https://jsonfeed.org/version/1.1", "title": "T", "language": "sv", "items": [{"id": "https://a.example/1", "content_text": "Hej"}, {"id": "7"}, 5]}'
    (link,), refused = read(body)
    assert (link.url, link.language, link.html) == ("https://a.example/1", "sv", "Hej")
    assert reasons(refused) == ["NO_ADDRESS", "BROKEN_DOCUMENT"]
    assert reasons(read(b'{"version": 1')[1]) == ["BROKEN_DOCUMENT"]
    assert reasons(read(b'{"a": 1}')[1]) == ["NOT_A_FEED"]
    assert reasons(read(b"{" * 100_000)[1]) == ["BROKEN_DOCUMENT"]


def bomb(levels=6):
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(levels))
    return f'<?xml version="1.0"?><!DOCTYPE rss [{entities}]>' + RSS.format(
        f"<item><title>&e{levels - 1};</title><link>https://a.example/1</link></item>"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_an_entity_bomb_in_any_encoding_is_refused(encoding):
    links, refused = read(bomb().encode(encoding))
    assert not links
    assert reasons(refused) in (["ENTITY_DECLARATION"], ["NOT_A_FEED"])  # without a mark it is no text at all
    assert "lollol" not in str(refused)


def test_a_bomb_hidden_in_another_encoding_is_no_entity_for_the_parser():
    hidden = (
        b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE rss +AFsAPAAh-ENTITY a "lol"+AD4AXQA+-'
        + RSS.format("<item><title>&a;</title><link>https://a.example/1</link></item>").encode()
    )
    links, _ = read(hidden)
    assert all("lol" not in link.title for link in links)


def test_an_external_entity_is_not_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("TOP SECRET")
    body = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}">]>' + RSS.format(
        "<item><title>&x;</title><link>https://a.example/1</link></item>"
    )
    assert reasons(read(body)[1]) == ["ENTITY_DECLARATION"]


def test_a_document_that_is_a_path_is_not_opened(tmp_path):
    feed = tmp_path / "feed.xml"
    feed.write_text(RSS.format(ITEM))
    assert reasons(read(str(feed))[1]) == ["NOT_A_FEED"]


def test_the_old_document_type_without_entities_is_no_reason():
    body = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    links, _ = read(body + RSS.replace("2.0", "0.91").format(ITEM))
    assert len(links) == 1


def test_what_can_be_read_of_a_broken_feed_is_kept_and_the_rest_told():
    links, refused = read(
        RSS.format(ITEM + "<item><title>A & B</title><link>https://a.example/2</link></item>" + ITEM.replace("/1", "/3"))[:-30]
    )
    assert [link.url for link in links] == ["https://a.example/1", "https://a.example/2", "https://a.example/3"]
    assert reasons(refused) == ["BROKEN_DOCUMENT"]
    assert "3 of 3 entries" in refused[0].detail


@pytest.mark.parametrize("reference", ["&#2000000;", "&#x110000;", "&#xD800;", "&#0;", "&#99999999999999999999999;"])
@pytest.mark.parametrize("broken", ["", "<>"])
def test_references_to_no_character_cost_no_feed(reference, broken):
    """Found by fuzzing: feedparser 6.0.14 fails with a ValueError at `<>&#2000000;`."""
    links, _ = read(broken + RSS.format(ITEM.replace("Nyt", f"Nyt{reference} &#229;")))
    assert [link.title[:3] for link in links] == ["Nyt"] and links[0].title.endswith("å")


def test_a_feed_at_which_the_parser_fails_is_one_refusal():
    """Found by fuzzing feedparser 6.0.14."""
    (refused,) = read("<item<link<channel</item</link>")[1]
    assert refused.reason.name == "BROKEN_DOCUMENT" and "feedparser gave up" in refused.detail


def test_limits_of_bytes_entries_and_packing():
    import gzip

    small = PARAMS.model_copy(update={"max_feed_bytes": 2000, "max_feed_entries": 2})
    assert reasons(read(b"x" * 2001, small)[1]) == ["TOO_BIG"]
    assert reasons(read(gzip.compress(b" " * 10_000_000), small)[1]) == ["TOO_BIG"]
    assert reasons(read(RSS.format(ITEM * 3), small)[1]) == ["TOO_BIG"]
    assert len(read(gzip.compress(RSS.format(ITEM).encode()))[0]) == 1
    assert reasons(read(gzip.compress(RSS.format(ITEM).encode())[:-12])[1]) == ["BROKEN_COMPRESSION"]
    assert reasons(read(b"\x1f\x8b\x08garbage")[1]) == ["BROKEN_COMPRESSION"]


PARTS = st.sampled_from(
    [
        "<rss version='2.0'>", "<channel>", "<item>", "</item>", "<title>", "</title>", "<link>https://a.example/", "</link>", "<entry>", "<feed xmlns='http://www.w3.org/2005/Atom'>",
        "<![CDATA[", "]]>", "<!--", "-->", "<!DOCTYPE rss [", "]>", "<!ENTITY a 'b'>", "&a;", "&amp;", "&#x110000;", "<?xml version='1.0' encoding='", "'?>", "utf-16", "<a b='", "\x00", "é", "\ud800", "<pubDate>",
        "{", '"version": "https://jsonfeed.org/version/1"', '"items": [', "]", "}",
    ]
)  # fmt: skip


@settings(max_examples=EXAMPLES)
@given(st.one_of(st.binary(max_size=300), st.lists(PARTS, max_size=40).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))))
def test_whatever_comes_ends_with_links_or_refusals(body):
    started = time.process_time()
    links, refused = read(body)
    assert links or refused or b"<" in body or b"{" in body
    assert all(link.url.lower().startswith("http") for link in links)
    assert time.process_time() - started < 20
