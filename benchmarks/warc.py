"""Records of a WARC archive a second: our reading, bare fastwarc, and warcio.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/warc.py [--pages 4000]

An archive like those of CC-NEWS is made of the shared publishers' pages, over and over: request, response and metadata record of each page,
one gzip member a record, and the same plain. Each reader takes the body of every answer and passes over the other records. Ours also checks
lengths, undoes codings, and gives a reason for every record that is no page. Seconds are CPU time; rounds alternate, the best counts."""

import argparse
import gzip
import io
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.archiveiterator import ArchiveIterator as WarcioIterator  # type: ignore[import-untyped]

from asknews_ner.acquire.sources.archives import ArchivedPage, read_archive
from asknews_ner.recipe import load_recipe

ROUNDS = 3
PARAMS = load_recipe("laptop").sources


def record(kind: str, number: int, message: bytes) -> bytes:
    header = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number:032}>\r\nWARC-Date: 2026-03-02T05:00:00Z\r\n"
        f"WARC-Target-URI: https://a.example/{number}\r\nContent-Type: application/http\r\nContent-Length: {len(message)}\r\n\r\n"
    )
    return header.encode() + message + b"\r\n\r\n"


def records(pages: int) -> list[bytes]:
    folder = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "raw" / "html_publishers"
    bodies = [gzip.decompress(file.read_bytes()) for file in sorted(folder.rglob("*.html.gz"))]
    made = []
    for number in range(pages):
        body = bodies[number % len(bodies)]
        answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        made.append(record("request", number, f"GET /{number} HTTP/1.1\r\nHost: a.example\r\n\r\n".encode()))
        made.append(record("response", number, answer))
        made.append(record("metadata", number, b"fetchTimeMs: 100\r\n"))
    return made


def ours(archive: io.BufferedReader) -> tuple[int, int]:
    pages = size = 0
    for found in read_archive(archive, "a", PARAMS):
        if isinstance(found, ArchivedPage):
            pages, size = pages + 1, size + len(found.body)
    return pages, size


def fastwarc(archive: io.BufferedReader) -> tuple[int, int]:
    pages = size = 0
    for found in ArchiveIterator(archive, record_types=WarcRecordType.response):
        pages, size = pages + 1, size + len(found.reader.read())
    return pages, size


def warcio(archive: io.BufferedReader) -> tuple[int, int]:
    pages = size = 0
    for found in WarcioIterator(archive):
        if found.rec_type == "response":
            pages, size = pages + 1, size + len(found.content_stream().read())
    return pages, size


def seconds(reader: Callable[[io.BufferedReader], tuple[int, int]], file: Path) -> tuple[float, tuple[int, int]]:
    with file.open("rb") as archive:
        started = time.process_time()
        found = reader(archive)
        return time.process_time() - started, found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=4000)
    pages = parser.parse_args().pages
    made = records(pages)
    readers = (ours, fastwarc, warcio)
    print("| archive | reader | records/s of CPU | against warcio |\n| --- | --- | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for name, pack in (("gzip", lambda raw: gzip.compress(raw, 6)), ("plain", bytes)):
            file = Path(folder) / f"{name}.warc"
            with file.open("wb") as out:
                for one in made:
                    out.write(pack(one))
            best: dict[str, float] = {}
            for _ in range(ROUNDS):
                for reader in readers:
                    took, found = seconds(reader, file)
                    assert found == (pages, sum(map(len, made[1::3])) - _overhead(made)), found
                    best[reader.__name__] = min(took, best.get(reader.__name__, took))
            for reader in readers:
                took = best[reader.__name__]
                row = (
                    f"{name}, {file.stat().st_size / 1e6:.0f} MB",
                    reader.__name__,
                    f"{len(made) / took:,.0f}",
                    f"{best['warcio'] / took:.1f}",
                )
                print("| " + " | ".join(row) + " |")


def _overhead(made: list[bytes]) -> int:
    """Bytes of the response records that are not their bodies."""
    return sum(len(one) - len(one[one.index(b"\r\n\r\n", one.index(b"HTTP/1.1")) + 4 : -4]) for one in made[1::3])


if __name__ == "__main__":
    main()
