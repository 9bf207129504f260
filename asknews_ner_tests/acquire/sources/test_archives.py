import gzip
import io
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asknews_ner.acquire.extract.page import Extracted
from asknews_ner.acquire.sources.archive_source import ArchiveSource
from asknews_ner.acquire.sources.archives import ArchivedPage, read_archive
from asknews_ner.acquire.sources.items import FoundArticle, RefusedItem
from asknews_ner.acquire.sources.page_articles import Extractor
from asknews_ner.recipe import FetchParams, load_recipe

PARAMS = load_recipe("laptop").sources
EXAMPLES = int(os.environ.get("ASKNEWS_NER_FUZZ", "60"))


def record(number, body=b"<html>page</html>", head=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n", kind="response", more=""):
    message = head + b"\r\n" + body
    header = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number:032}>\r\nWARC-Date: 2026-03-02T05:00:00Z\r\n"
        f"WARC-Target-URI: https://a.example/{number}\r\nContent-Type: application/http; msgtype=response\r\n{more}Content-Length: {len(message)}\r\n\r\n"
    )
    return header.encode() + message + b"\r\n\r\n"


def read(archive, params=PARAMS, start=0):
    found = list(read_archive(io.BytesIO(archive), "a", params, start))
    return [one.url[-1] for one in found if isinstance(one, ArchivedPage)], [
        one.reason.name for one in found if not isinstance(one, ArchivedPage)
    ]


# Records counted with warcio's index; what each is was looked at by eye.
SHARED = {
    "example-iana.org-chunked.warc": (1, ["NOT_A_RESPONSE"] * 2),
    "example-space-in-target-uri.warc.gz": (0, ["NOT_A_RESPONSE"] * 2),
    # Its one answer lacks the last two bytes of a gzip body.
    "example-trunc.warc": (0, ["NOT_A_RESPONSE", "NOT_A_RESPONSE", "BROKEN_COMPRESSION", "DAMAGED", "NOT_A_RESPONSE"]),
    "example-wrong-chunks.warc.gz": (1, ["NOT_A_RESPONSE"]),
    "example.arc.gz": (1, ["NOT_A_RESPONSE"]),
    "example.warc": (1, ["NOT_A_RESPONSE"] * 5),
    "example.warc.gz": (1, ["NOT_A_RESPONSE"] * 5),
    "post-test.warc.gz": (0, ["NOT_A_PAGE", "NOT_A_RESPONSE"] * 3),
}


@pytest.mark.parametrize("name", SHARED)
def test_real_archives(shared, name):
    pages, refused = read((shared / "data/raw/warc" / name).read_bytes())
    assert (len(pages), refused) == SHARED[name]


def test_a_chunked_body_is_put_together(shared):
    found = list(read_archive((shared / "data/raw/warc/example-iana.org-chunked.warc").open("rb"), "a", PARAMS))
    (page,) = [one for one in found if isinstance(one, ArchivedPage)]
    assert page.body.startswith(b"<!doctype html>") and page.body.rstrip().endswith(b"</html>")
    assert (page.url, page.captured_at) == ("http://www.iana.org/", "2017-03-06T16:54:09Z")


PACKED = [gzip.compress, lambda raw: raw]


@pytest.mark.parametrize("pack", PACKED)
def test_reading_goes_on_past_damage(pack):
    records = [pack(record(number)) for number in range(4)]
    cut = records[1][: len(records[1]) // 2]
    pages, refused = read(records[0] + cut + records[2] + records[3])
    assert pages[0] == "0" and pages[-1] == "3"
    assert refused and set(refused) <= {"DAMAGED", "TRUNCATED", "NO_CONTENT", "BAD_HTTP"}
    pages, refused = read(b"".join(records) + b"garbage" * 100)
    assert (pages, refused) == (["0", "1", "2", "3"], ["DAMAGED"])


def test_a_record_that_claims_more_than_there_is_does_not_swallow_the_others():
    archive = b"".join(map(record, range(4)))
    length = len(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>page</html>")
    lying = archive.replace(f"Content-Length: {length}".encode(), b"Content-Length: 99999999999", 1)
    assert read(lying) == (["1", "2", "3"], ["TRUNCATED"])


@pytest.mark.parametrize("pack", PACKED)
def test_an_archive_that_ends_inside_a_record_says_so(pack):
    whole = pack(record(0)) + pack(record(1, os.urandom(3000).hex().encode()))
    pages, refused = read(whole[:-1000])
    assert (pages, refused) == (["0"], ["TRUNCATED"])


def test_a_reading_can_begin_at_any_record():
    records = [gzip.compress(record(number), mtime=0) for number in range(3)]
    assert read(b"".join(records), start=len(records[0])) == (["1", "2"], [])


def answer(status=b"200 OK", **headers):
    return (
        b"HTTP/1.1 "
        + status
        + b"\r\n"
        + b"".join(name.replace("_", "-").encode() + b": " + value.encode() + b"\r\n" for name, value in headers.items())
    )


@pytest.mark.parametrize(
    ("head", "body", "reason"),
    [
        (answer(b"404 Not Found", content_type="text/html"), b"x", "HTTP_STATUS"),
        (answer(b"301 Moved", content_type="text/html"), b"x", "HTTP_STATUS"),
        (answer(content_type="image/png"), b"x", "NOT_A_PAGE"),
        (answer(), b"x", "NOT_A_PAGE"),
        (answer(content_type="text/html"), b"", "NO_CONTENT"),
        (answer(content_type="text/html"), b"x" * (PARAMS.max_page_bytes + 1), "TOO_BIG"),
        (answer(content_type="text/html", content_encoding="gzip"), gzip.compress(b" " * (PARAMS.max_page_bytes + 1), mtime=0), "TOO_BIG"),
        (answer(content_type="text/html", content_encoding="gzip"), b"\x1f\x8b\x08\x00garbage", "BROKEN_COMPRESSION"),
        (answer(content_type="text/html", content_encoding="br"), b"garbage garbage garbage", "BROKEN_COMPRESSION"),
        (b"garbage\r\n", b"x", "BAD_HTTP"),
        (answer(content_type="text/html", content_encoding="gzip"), gzip.compress(b"<html>", mtime=0), ""),
        (answer(content_type="text/html", content_encoding="gzip"), b"<html>unpacked already", ""),
        (answer(content_type="text/html", transfer_encoding="chunked"), b"3\r\nabc\r\n0\r\n\r\n", ""),
        (answer(content_type="text/html", transfer_encoding="chunked"), b"<html>not chunked", ""),
        (answer(content_type="application/xhtml+xml; charset=x"), b"<html>", ""),
    ],
)
def test_what_a_record_holds(head, body, reason):
    pages, refused = read(record(0, body, head) + record(1))
    assert (pages, refused) == ((["1"], [reason]) if reason else (["0", "1"], []))


NOAI = b'<html><head><meta name="robots" content="index, noai"></head><p>news</p></html>'
RESERVED = b'<html><head><meta name="tdm-reservation" content="1"></head><p>news</p></html>'
SILENT = b"<html><p>news</p></html>"


@pytest.mark.parametrize(
    ("head", "body", "changes", "told"),
    [
        (answer(content_type="text/html"), NOAI, {}, "tags disallowed: meta robots: noai"),
        (answer(content_type="text/html", content_encoding="gzip"), gzip.compress(NOAI, mtime=0), {}, "tags disallowed: meta robots: noai"),
        (answer(content_type="text/html"), RESERVED, {}, "tdmrep disallowed: meta tdm-reservation"),
        (answer(content_type="text/html", x_robots_tag="noml"), SILENT, {}, "tags disallowed: X-Robots-Tag: noml"),
        (answer(content_type="text/html", tdm_reservation="1"), SILENT, {}, "tdmrep disallowed: tdm-reservation: 1"),
        (
            answer(content_type="text/html", content_signal="ai-train=no"),
            SILENT,
            {},
            "robots-signals disallowed: content-signal: ai-train=no",
        ),
        (answer(content_type="text/html"), NOAI, {"opt_outs": ["tdmrep"]}, ""),
        (answer(content_type="text/html"), NOAI, {"opt_out_tags": ["noml"]}, ""),
        (answer(content_type="text/html"), SILENT, {}, ""),
    ],
)
@pytest.mark.parametrize("kind", ["warc", "arc"])
def test_what_a_page_says_of_training_is_honoured_as_of_a_fetched_one(tmp_path, kind, head, body, changes, told):
    archive = record(1, body, head) if kind == "warc" else arc_record(1, head + b"\r\n" + body)
    (tmp_path / f"news.{kind}").write_bytes(archive)
    recipe = load_recipe("laptop")
    opt_outs = FetchParams.model_validate(recipe.fetch.model_dump() | changes)
    source = ArchiveSource([tmp_path / f"news.{kind}"], recipe.sources, opt_outs, Extractor(as_it_is))
    items = [item for item in source.read("") if isinstance(item, FoundArticle | RefusedItem) and item.url]
    found = [item for item in items if not (isinstance(item, RefusedItem) and item.reason.name == "NOT_A_RESPONSE")]
    assert len(found) == 1
    if told:
        assert (type(found[0]), found[0].reason.name) == (RefusedItem, "AI_OPT_OUT")
        assert found[0].detail.startswith(told) and "2026-03-02T05:00:00Z" in found[0].detail
    else:
        assert (type(found[0]), found[0].robots) == (FoundArticle, "unknown"), "a page without a word against it is not thereby allowed"
        assert found[0].robots_evidence.startswith("robots.txt unknown: an archive does not say")


def arc_record(number, message):
    header = "filedesc://x 0.0.0.0 20260302050000 text/plain 0\n\n"
    return header.encode() + f"https://a.example/{number} 1.2.3.4 20260302050000 text/html {len(message)}\n".encode() + message + b"\n"


def as_it_is(body, url, content_type):
    return Extracted("Side", body.decode(), "", None, "", 0.0, "", url, "", False, "utf-8", "test", ())


def test_records_that_the_crawler_cut_or_that_are_no_answers():
    assert read(record(0, more="WARC-Truncated: length\r\n"))[1] == ["TRUNCATED"]
    assert read(record(0, kind="request"))[1] == ["NOT_A_RESPONSE"]
    assert read(record(0).replace(b"https://a.example/0", b"dns:a.example"))[1] == ["NO_ADDRESS"]


@pytest.mark.parametrize(
    "archive",
    [
        b"",
        b"garbage",
        b"\x1f\x8b\x08",
        b"WARC/1.0\r\n",
        b"filedesc://x 1.1.1.1 2014 text/plain 5\n12",
        b"filedesc://x\n",
        gzip.compress(b"filedesc://x 0 2014 text/plain 9999999999\n", mtime=0),
    ],
)
def test_what_is_no_archive(archive):
    pages, _ = read(archive)
    assert pages == []


@settings(max_examples=EXAMPLES)
@given(
    st.lists(st.booleans(), min_size=1, max_size=4),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6), st.integers(0, 30)), max_size=5),
    st.booleans(),
)
def test_any_damage_ends_with_pages_or_refusals(kinds, changes, packed):
    archive = bytearray(
        b"".join((gzip.compress if packed else bytes)(record(n, kind="response" if kind else "request")) for n, kind in enumerate(kinds))
    )
    for place, new, removed in changes:
        at = int(place * len(archive))
        archive[at : at + removed] = new
    pages, refused = read(bytes(archive))
    if not changes:
        assert len(pages) + len(refused) == len(kinds)
