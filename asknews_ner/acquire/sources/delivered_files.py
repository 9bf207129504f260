"""Files of articles as a source (JSON Lines, CSV, Parquet): to bring a delivery from elsewhere into the drop folder.

Files that lie in the drop folder already are read by arrivals itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from asknews_ner.acquire.files import RawRow, list_files, read_rows
from asknews_ner.acquire.sources.items import FoundArticle, Items, RefusedItem, SourceReject
from asknews_ner.acquire.sources.rows import found_article


@dataclass(frozen=True)
class FilesSource:
    """Rows of files and folders of files on this disk."""

    places: Sequence[Path]

    def read(self, cursor: str) -> Items:
        """All rows, each time: what was landed before is known by its content, so that no cursor is needed."""
        for place in self.places:
            for file in list_files(place):
                for row in read_rows(file, place):
                    yield _item(row)


def _item(row: RawRow) -> FoundArticle | RefusedItem:
    if row.fault:
        return RefusedItem(row.where, SourceReject.UNREADABLE_ROW, row.fault)
    return found_article(row.where, row.values)
