"""The shared raw pages with what a correct reader returns."""

import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from asknews_ner.acquire.extract.charset import decode


@dataclass(frozen=True)
class RawPage:
    """A page and its truth; None where the set does not say. `days`: the right publication date, ISO 8601 with its offset."""

    kind: str
    name: str
    url: str
    body: bytes
    half: int
    text: str | None = None
    title: str | None = None
    date: str | None = None
    authors: tuple[str, ...] | None = None
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()

    @property
    def html(self) -> str:
        return decode(self.body).text


def shared_pages() -> list[RawPage]:
    """All of them; halves are every second page of a set, by name: 0 for choosing, 1 for reporting."""
    raw = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "raw"
    found = [*_publishers(raw), *_passages(raw), *_other_scripts(raw), *_latin1(raw)]
    seen: dict[str, int] = {}
    pages = []
    for fields in sorted(found, key=lambda fields: (fields["kind"], fields["name"])):
        seen[fields["kind"]] = seen.get(fields["kind"], 0) + 1
        pages.append(RawPage(half=seen[fields["kind"]] % 2, **fields))
    return pages


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        yield from map(json.loads, stream)


def _publishers(raw: Path) -> Iterator[dict[str, Any]]:
    folder = raw / "html_publishers"
    for row in _lines(folder / "expected.jsonl.gz"):
        wanted = row["expected"]
        body = wanted["body"]
        parts = [*body["summary"]]
        for section in body["sections"]:
            parts += [*section["headline"], *section["paragraphs"]]
        yield {
            "kind": "publishers", "name": row["file"], "url": row["url"] or "",
            "body": gzip.decompress((folder / row["file"]).read_bytes()),
            "text": "\n".join(parts), "title": wanted["title"], "date": wanted["publishing_date"],
            "authors": tuple(wanted["authors"]) if wanted["authors"] else None,
        }  # fmt: skip


def _passages(raw: Path) -> Iterator[dict[str, Any]]:
    folder = raw / "html_news_pages"
    for row in _lines(folder / "expected.jsonl.gz"):
        body = gzip.decompress((folder / row["file"]).read_bytes())
        must, must_not = tuple(row["must_contain"]), tuple(row["must_not_contain"])
        yield {"kind": "passages", "name": row["file"], "url": row["url"] or "", "body": body, "must": must, "must_not": must_not}


def _other_scripts(raw: Path) -> Iterator[dict[str, Any]]:
    folder = raw / "html_other_scripts"
    for path in sorted(folder.glob("*.html.gz")):
        stem = path.name.removesuffix(".html.gz")
        about = folder / f"{stem}.json.gz"
        told = json.loads(gzip.decompress(about.read_bytes())) if about.exists() else {}
        yield {
            "kind": "other scripts", "name": path.name, "url": told.get("url") or "", "body": gzip.decompress(path.read_bytes()),
            "text": gzip.decompress((folder / f"{stem}.txt.gz").read_bytes()).decode(), "title": told.get("title"),
            "date": told.get("publish_date"),
        }  # fmt: skip


def _latin1(raw: Path) -> Iterator[dict[str, Any]]:
    """The Latin-1 pages; their texts are those of the set `kthxc`, found by their title."""
    news = raw.parent / "news"
    texts: dict[str, str] = {}
    for language in ("sv", "da", "en"):
        frame = pd.read_parquet(news / f"articles_{language}.parquet")
        frame = frame[frame.source_dataset == "kthxc"]
        texts.update({_first_line(text): text for text in frame.text} | dict(zip(frame.title, frame.text, strict=True)))
    for path in sorted((raw / "html_latin1").rglob("*.htm")):
        body = path.read_bytes()
        title = body.decode("cp1252", "replace").split("<TITLE>")[-1].split("</TITLE>")[0].strip()
        yield {"kind": "latin-1", "name": path.name, "url": "", "body": body, "title": title, "text": texts.get(title)}


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0].strip()
