"""The first stage: files of articles → one table a country and language."""

from collections.abc import Sequence
from dataclasses import astuple, replace
from itertools import groupby
from typing import Any, ClassVar

from asknews_ner.acquire.arrivals import arrive
from asknews_ner.acquire.deny import read_deny_list
from asknews_ner.acquire.files import read_files
from asknews_ner.acquire.language import packaged_identifier, second_identifier
from asknews_ner.factory.drop_folder import article_files, file_label
from asknews_ner.factory.stage import Log, Produced, Refreshed, Stage
from asknews_ner.factory.takedown import forget
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.records import Article, Rejected
from asknews_ner.storage.atomic import file_digest
from asknews_ner.storage.tables import Partition, reject_table


class ArrivalsStage(Stage):
    """The drop folder read once: rows become articles with a language and a country, and are laid into their cells.

    Global because only reading a row tells its country. Its stamp stands in the table of rejected rows, which is written last."""

    name: ClassVar[str] = "arrivals"
    record: ClassVar[type] = Article
    partitioned: ClassVar[bool] = False
    version: ClassVar[str] = "3"

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """Names and contents of all files, the parameters, the deny list, and what the publisher registry can tell."""
        files = article_files(ws)
        deny = read_deny_list(ws.deny_file)
        known = ws.publishers.shape if ws.recipe.acquire.fill_from_publisher != "never" else ""
        return [[(file_label(ws, file), file_digest(file)) for file in files], ws.recipe.acquire, known, *([deny] if deny.entries else [])]

    def is_current(self, ws: Workspace, cell: Partition | None = None) -> bool:
        """Whether the rejects bear the stamp: they are written after all cells."""
        return ws.tables.fingerprint(reject_table(self.name)) == self.fingerprint(ws, None)

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """All rows of all files, in the order of the files. What was made of denied articles is forgotten here."""
        rows = read_files(article_files(ws), ws.articles)
        deny = read_deny_list(ws.deny_file)
        arrived = arrive(rows, ws.recipe.acquire, packaged_identifier(), deny, second_identifier(), ws.publishers)
        if arrived.denied_ids:
            forgotten = forget(ws, arrived.denied_ids, arrived.denied_addresses)
            log(f"arrivals: {len(arrived.denied_ids)} articles on the deny list; {forgotten.as_text()}")
        if told := arrived.publishers.as_text():
            log(f"arrivals: {told}")
        return Produced(arrived.outcome.kept, arrived.outcome.rejected)

    def refresh(self, ws: Workspace, cell: Partition | None, log: Log = lambda *_: None) -> Refreshed:
        """One file a cell; cells that no longer have articles are written empty."""
        with ws.held(self.name, say=log):
            return self._refresh(ws, log)

    def _refresh(self, ws: Workspace, log: Log) -> Refreshed:
        stamp = self.fingerprint(ws, None)
        if self.is_current(ws):
            kept = sum(ws.tables.row_count(self.name, part) for part in ws.tables.partitions(self.name))
            rejected = ws.tables.row_count(reject_table(self.name))
            return Refreshed(kept, rejected, computed=0, from_memo=0, reused=kept, fingerprint=stamp)
        made = self.compute(ws, None, log)
        rows = sorted(made.rows, key=lambda row: (row.country, row.language, row.article_id))
        cells = {Partition(*key): list(group) for key, group in groupby(rows, key=lambda row: (row.country, row.language))}
        for part in sorted({*cells, *ws.tables.partitions(self.name)}):
            inside = cells.get(part, [])
            # All but the place in the file: a line that moved is no new article.
            own = fingerprint(self.name, self.version, [astuple(replace(row, source="")) for row in inside])
            ws.tables.write(self.name, Article, inside, own, part)
        ws.tables.write(reject_table(self.name), Rejected, made.rejected, stamp)
        return Refreshed(len(rows), len(made.rejected), len(rows), 0, 0, stamp)
