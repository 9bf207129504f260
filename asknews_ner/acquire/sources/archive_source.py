"""WARC and ARC files as a source. The cursor names the archive and the record to go on from, and the archives that are finished."""

import datetime as dt
import json
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from asknews_ner.acquire.extract.workers import Page
from asknews_ner.acquire.fetch.rules.tags import statements_of_answer
from asknews_ner.acquire.fetch.types import FetchReject
from asknews_ner.acquire.files import SourceError
from asknews_ner.acquire.normalise import parse_time
from asknews_ner.acquire.sources.archives import ArchivedPage, read_archive
from asknews_ner.acquire.sources.items import Item, Items, Mark, RefusedItem
from asknews_ner.acquire.sources.links import Link
from asknews_ner.acquire.sources.page_articles import Extractor, article_of_page
from asknews_ner.acquire.sources.warc_records import GZIP_MEMBER
from asknews_ner.recipe import FetchParams
from asknews_ner.recipe.sources import SourceParams
from asknews_ner.records import RobotsDecision, Statement

SUFFIXES = (".warc", ".warc.gz", ".arc", ".arc.gz")
_RECORDS_A_MARK = 500


def archive_files(places: Sequence[Path]) -> list[Path]:
    """The archives at paths of files and folders, sorted. Raises SourceError if one is none, or a folder holds none."""
    found: list[Path] = []
    for place in places:
        inside = [place] if place.is_file() else sorted(file for file in place.rglob("*") if file.name.lower().endswith(SUFFIXES))
        if not inside:
            raise SourceError(
                f"{place}: no archive there; give {', '.join(SUFFIXES)} files, or folders of them, on this disk or under s3://"
            )
        found += inside
    return found


@dataclass(frozen=True)
class ArchiveSource:
    """Pages of archives. What a page itself says about training (headers, meta tags) is honoured as of a fetched one; the rest of its
    robots decision is unknown: an archive does not say what its crawler asked. `opt_outs`: which count."""

    files: Sequence[Path]
    params: SourceParams
    opt_outs: FetchParams
    extractor: Extractor

    def read(self, cursor: str) -> Items:
        """Archive by archive, record by record. Finished archives (same path and size) are not opened again."""
        state = json.loads(cursor) if cursor else {}
        finished: list[str] = list(state.get("finished", []))
        for file in self.files:
            mark = f"{file}:{file.stat().st_size}"
            if mark in finished:
                continue
            start = int(state.get("start", 0)) if state.get("archive") == mark else 0
            yield from self._archive(file, mark, start, finished)
            finished.append(mark)
            yield Mark(json.dumps({"finished": finished}))

    def _archive(self, file: Path, mark: str, start: int, finished: Sequence[str]) -> Iterator[Item]:
        with file.open("rb") as stream:
            stream.seek(start)
            # Positions inside an archive that is one gzip member are no places to go on from: it is read again.
            begins = stream.read(len(b"WARC/")).startswith((GZIP_MEMBER, b"WARC/"))
            records = read_archive(stream, file.name, self.params, start if begins else 0)
            yield from self._items(_marked(records, mark, finished))

    def _items(self, found: Iterator[ArchivedPage | RefusedItem | Mark]) -> Iterator[Item]:
        """Everything in its order; pages are handed out to be read, the rest waits for those before it."""
        waiting: deque[tuple[ArchivedPage, RobotsDecision] | RefusedItem | Mark] = deque()

        def pages() -> Iterator[Page]:
            for one in found:
                if not isinstance(one, ArchivedPage):
                    waiting.append(one)
                    continue
                decision = self._decision(one)
                if decision.verdict == "disallowed":
                    waiting.append(RefusedItem(one.where, FetchReject.AI_OPT_OUT, decision.evidence, one.url))
                else:
                    waiting.append((one, decision))
                    yield Page(one.body, one.url, _content_type(one))

        for made in self.extractor.in_order(pages()):
            yield from _passed_on(waiting)
            page, decision = waiting.popleft()  # type: ignore[misc]
            link = Link(page.where, page.url)
            yield article_of_page(link, page.url, page.body, _content_type(page), page.captured_at, lambda *_, made=made: made, decision)
        yield from _passed_on(waiting)

    def _decision(self, page: ArchivedPage) -> RobotsDecision:
        """`at`: when the page was captured, where the archive says that."""
        at = parse_time(page.captured_at) or dt.datetime.now(dt.UTC)
        unasked = Statement("robots.txt", "unknown", "an archive does not say what its crawler asked", page.url, at)
        return RobotsDecision((unasked, *statements_of_answer(page.headers, page.body, self.opt_outs, page.url, at)))


def _content_type(page: ArchivedPage) -> str:
    return page.headers.get("Content-Type", "")


def _passed_on(waiting: deque[tuple[ArchivedPage, RobotsDecision] | RefusedItem | Mark]) -> Iterator[Item]:
    """What stands before the next page."""
    while waiting and isinstance(waiting[0], RefusedItem | Mark):
        yield waiting.popleft()  # type: ignore[misc]


def _marked(
    records: Iterator[ArchivedPage | RefusedItem], archive: str, finished: Sequence[str]
) -> Iterator[ArchivedPage | RefusedItem | Mark]:
    """The records, with a mark before the first page in some hundreds of them."""
    due = 0
    for number, found in enumerate(records):
        if isinstance(found, ArchivedPage) and number >= due:
            yield Mark(json.dumps({"archive": archive, "start": found.start, "finished": list(finished)}))
            due = number + _RECORDS_A_MARK
        yield found
