"""Archives of pages → pages: WARC as CC-NEWS publishes it, and ARC. Every record comes out as a page or as a refusal."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, BinaryIO

from multidict import CIMultiDictProxy

from asknews_ner.acquire.sources.arc_records import ArcRecord, is_arc, read_arc
from asknews_ner.acquire.sources.http_message import read_answer
from asknews_ner.acquire.sources.items import RefusedItem, SourceReject
from asknews_ner.acquire.sources.links import is_web_address
from asknews_ner.acquire.sources.warc_records import Damage, read_records
from asknews_ner.acquire.sources.xml_text import DocumentError
from asknews_ner.recipe.sources import SourceParams

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

_OK = 200


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """One page as a server once gave it."""

    where: Annotated[str, "archive and byte position of the record"]
    start: int
    url: str
    headers: Annotated[CIMultiDictProxy[str], "of the answer"]
    body: bytes
    captured_at: Annotated[str, "ISO 8601"]


def read_archive(stream: BinaryIO, name: str, params: SourceParams, start: int = 0) -> Iterator[ArchivedPage | RefusedItem]:
    """All records from a byte position on (0 for ARC). Memory: one record, of at most the recipe's `max_page_bytes`."""
    if is_arc(stream):
        for found in read_arc(stream, params.max_page_bytes):
            yield _damage(found, name) if isinstance(found, Damage) else _arc(found, name, params)
        return
    records = read_records(stream, start)
    record = next(records, None)
    while record is not None:
        if isinstance(record, Damage):
            yield _damage(record, name)
            record = next(records, None)
            continue
        start = record.stream_pos
        try:
            item, cut = _warc(record, name, params)
        except OSError as error:  # the record's own bytes cannot be unpacked
            item, cut = _damage(Damage(start, str(error)), name), True
        yield item
        try:
            record = records.send(cut)  # type: ignore[attr-defined]
        except StopIteration:
            return


def _damage(found: Damage, name: str) -> RefusedItem:
    return RefusedItem(f"{name}@{found.start}", SourceReject.DAMAGED, found.detail[:300])


def _warc(record: "WarcRecord", name: str, params: SourceParams) -> tuple[ArchivedPage | RefusedItem, bool]:
    """(the page or refusal, whether the record is cut short)."""
    where, url = f"{name}@{record.stream_pos}", (record.headers.get("WARC-Target-URI") or "").strip().strip("<>")
    kind, length = str(record.record_type), record.content_length
    if kind != "response":
        return RefusedItem(where, SourceReject.NOT_A_RESPONSE, f"record of type {kind}", url=url), _passed_over(record) < length
    message = bytes(record.reader.read(params.max_page_bytes + 1))
    passed = len(message) + _passed_over(record)
    if passed < length:
        return RefusedItem(where, SourceReject.TRUNCATED, f"{passed} of {length} bytes", url=url), True
    if record.headers.get("WARC-Truncated"):
        return RefusedItem(where, SourceReject.TRUNCATED, f"by the crawler: {record.headers['WARC-Truncated']}"[:100], url=url), False
    return _page(where, record.stream_pos, url, record.headers.get("WARC-Date") or "", message, length, params), False


def _passed_over(record: "WarcRecord") -> int:
    return int(record.reader.consume())


def _arc(record: ArcRecord, name: str, params: SourceParams) -> ArchivedPage | RefusedItem:
    where = f"{name}@{record.start}"
    if record.url.startswith("filedesc:"):
        return RefusedItem(where, SourceReject.NOT_A_RESPONSE, "the archive's own header", url=record.url)
    if not record.complete:
        return RefusedItem(where, SourceReject.TRUNCATED, f"less than the {record.length} bytes it declares", url=record.url)
    return _page(where, record.start, record.url, _iso(record.date), record.content, record.length, params)


def _iso(date: str) -> str:
    """20140216050221 → 2014-02-16T05:02:21Z; empty if it is no such time."""
    if len(date) != 14 or not date.isdecimal():
        return ""
    return f"{date[:4]}-{date[4:6]}-{date[6:8]}T{date[8:10]}:{date[10:12]}:{date[12:]}Z"


def _page(where: str, start: int, url: str, date: str, message: bytes, length: int, params: SourceParams) -> ArchivedPage | RefusedItem:
    if not is_web_address(url):
        return RefusedItem(where, SourceReject.NO_ADDRESS, f"address: {url!r:.100}", url=url)
    if length > params.max_page_bytes:
        return RefusedItem(where, SourceReject.TOO_BIG, f"{length} bytes, at most {params.max_page_bytes}", url=url)
    if not message:
        return RefusedItem(where, SourceReject.NO_CONTENT, "the record is empty", url=url)
    try:
        answer = read_answer(message, params.max_page_bytes)
    except DocumentError as error:
        return RefusedItem(where, error.reason, error.detail, url=url)
    if answer.status != _OK:
        return RefusedItem(where, SourceReject.HTTP_STATUS, f"status {answer.status}", url=url)
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in params.page_types:
        return RefusedItem(where, SourceReject.NOT_A_PAGE, f"type {kind!r:.60}", url=url)
    if not answer.body.strip():
        return RefusedItem(where, SourceReject.NO_CONTENT, "the body is empty", url=url)
    return ArchivedPage(where, start, url, answer.headers, answer.body, date)
