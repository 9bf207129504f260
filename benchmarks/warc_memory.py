"""A big archive read and landed: does the memory stay as it is?

    python benchmarks/warc_memory.py [--gigabytes 5] [--folder /tmp]

Writes a plain archive of so many gigabytes (50 kB pages, all different, every thousandth record damaged, one record of 1 GB) and a small
gzip archive whose one page unpacks to 2 GB, and lands both as `asknews-ner acquire --source warc` does, in a process of its own, with an
extractor that takes the first 2,000 characters (real extraction has processes and a benchmark of its own). Prints the most memory that
process ever held, at every tenth. The files are removed at the end."""

import argparse
import gzip
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from asknews_ner.acquire.deny import DenyList
from asknews_ner.acquire.extract.page import Extracted
from asknews_ner.acquire.landing.land import Acquisition, Landed, land
from asknews_ner.acquire.landing.ledger import LandedLedger
from asknews_ner.acquire.landing.shelf import Shelf
from asknews_ner.acquire.sources.archive_source import ArchiveSource
from asknews_ner.acquire.sources.page_articles import Extractor
from asknews_ner.recipe import load_recipe

PAGE = 50_000
LIMIT_MIB = 300


def header(number: int, length: int) -> bytes:
    return (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number:032}>\r\nWARC-Date: 2026-03-02T05:00:00Z\r\n"
        f"WARC-Target-URI: https://a.example/{number}\r\nContent-Type: application/http\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


def write(file: Path, gigabytes: float) -> int:
    """Returns the number of records."""
    count = int(gigabytes * 1e9 / PAGE)
    filler = b"<p>The government raises the tax on petrol from next year on.</p>" * (PAGE // 65)
    with file.open("wb") as out:
        for number in range(count):
            body = HTTP + f"<h1>Number {number}</h1>".encode() + filler
            # A damaged record says that it is shorter than it is: what follows it is no header.
            out.write(header(number, len(body) - (100 if number % 1000 == 999 else 0)) + body + b"\r\n\r\n")
            if number == count // 2:
                out.write(header(10**9, 10**9 + len(HTTP)) + HTTP)
                for _ in range(1000):
                    out.write(b"x" * 10**6)
                out.write(b"\r\n\r\n")
    return count + 1


def write_bomb(file: Path) -> None:
    with gzip.open(file, "wb", compresslevel=1) as out:
        out.write(header(10**9 + 1, 2 * 10**9 + len(HTTP)) + HTTP)
        for _ in range(2000):
            out.write(bytes(10**6))
        out.write(b"\r\n\r\n")


def start_of_page(body: bytes, url: str, _: str) -> Extracted:
    text = body[:2000].decode("utf-8", "replace")
    return Extracted(url, text, "", None, "", 0.0, "en", url, "", False, "utf-8", "start", ())


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def read(folder: Path, records: int) -> None:
    """In the process that is measured."""
    recipe = load_recipe("laptop")
    source = ArchiveSource(sorted(folder.glob("*.warc*")), recipe.sources, recipe.fetch, Extractor(start_of_page))
    shelf = Shelf(folder / "drop")
    print(f"before: {peak_mib():.0f} MiB", flush=True)
    tenth = max(1, records // 10)

    def progress(landed: Landed) -> None:
        if landed.seen % tenth == 0:
            print(f"{landed.seen} records: at most {peak_mib():.0f} MiB so far", flush=True)

    with LandedLedger(shelf.ledger_file) as ledger:
        done = land(Acquisition("big", "warc", source, "benchmark", None), shelf, ledger, DenyList(), progress)
    print(f"{done.new} landed in {len(done.batches)} batches, refused {dict(done.refused)}")
    print(f"at most {peak_mib():.0f} MiB, limit {LIMIT_MIB}")
    if peak_mib() > LIMIT_MIB:
        raise SystemExit("the memory grew past the limit")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--gigabytes", type=float, default=5.0)
    parser.add_argument("--folder", default=tempfile.gettempdir())
    parser.add_argument("--read", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read:
        return read(Path(given.read[0]), int(given.read[1]))
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        records = write(Path(folder) / "a.warc", given.gigabytes)
        write_bomb(Path(folder) / "b.warc.gz")
        sizes = ", ".join(f"{file.name} {file.stat().st_size / 1e9:.2f} GB" for file in sorted(Path(folder).iterdir()))
        print(f"{records} records: {sizes}", flush=True)
        done = subprocess.run([sys.executable, __file__, "--read", folder, str(records)], check=False)
    raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
