"""Taking down: what was made of a denied article leaves the stores that outlive a run; tables and releases are then made without it."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from asknews_ner.acquire.deny import read_deny_list
from asknews_ner.dataset.release.folder import check_version
from asknews_ner.factory.low_resource_takedown import forget_generated
from asknews_ner.factory.reports.takedown import forget_reports
from asknews_ner.factory.takedown_acquired import forget_deliveries, forget_requests
from asknews_ner.factory.takedown_proof import object_stores
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import source_mark
from asknews_ner.records import Article


@dataclass(frozen=True, slots=True)
class Swept:
    """Objects that left the object stores. `strays`: sent by publications that were broken off. `versions`: kept by a versioned bucket."""

    releases: int
    strays: int
    versions: int

    def as_text(self) -> str:
        """For a log line."""
        return f"{self.releases} objects of releases, {self.strays} strays and {self.versions} old versions deleted"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What left the store of replies, the memo, the generated sentences (those that such an article grounded), the log of requests, the
    copies of deliveries (files), and the reports (pages with their tables)."""

    replies: int
    vectors: int
    sentences: int = 0
    requests: int = 0
    deliveries: int = 0
    reports: int = 0

    def as_text(self) -> str:
        """For a log line."""
        more = {
            "generated sentences": self.sentences,
            "requests": self.requests,
            "copies of deliveries": self.deliveries,
            "reports": self.reports,
        }
        counted = "".join(f", {count} {what}" for what, count in more.items() if count)
        return f"{self.replies} replies and {self.vectors} vectors{counted} forgotten"


def forget(ws: Workspace, article_ids: Iterable[str], addresses: Iterable[str]) -> Forgotten:
    """Delete replies and vectors made of these articles, the requests for their addresses, and all copies of deliveries (which may hold
    them, packed), and have the vector index made anew. Doing it twice is no fault.

    The stamp goes first: a run that is killed in between does it all again. It also goes while the tables still hold any of them: the
    index may have been filled again since the stores forgot."""
    ids = set(article_ids)
    marks = sorted(map(source_mark, ids))
    in_tables = any(row.article_id in ids for row in ws.tables.read_all("arrivals", Article)) if ids else False
    known = in_tables or ws.replies.knows(marks) or ws.memo.knows(marks)
    if known:
        ws.index_stamp.unlink(missing_ok=True)
    return Forgotten(
        ws.replies.forget(marks),
        ws.memo.forget(marks),
        forget_generated(ws, ids),
        forget_requests(ws, addresses),
        forget_deliveries(ws),
        forget_reports(ws) if known else 0,
    )


def denied_articles(ws: Workspace) -> list[Article]:
    """Articles in the workspace's tables that the deny list means: they are there until the next run."""
    deny = read_deny_list(ws.deny_file)
    return [row for row in ws.tables.read_all("arrivals", Article) if deny.matches(row.article_id, row.url, row.publisher)]


def sweep(ws: Workspace, releases: Sequence[str] = ()) -> Swept:
    """Delete releases here and in the object store, then everything in the object stores that no reader sees: strays of publications that
    were broken off, and old versions of objects. Only while no run publishes: what it has sent is a stray until its manifest is there.

    What cannot be deleted (a bucket with object lock, no right to delete versions) raises ObjectStoreError; copies on other machines, in
    backups and in replicated buckets are out of reach."""
    gone = 0
    for version in releases:
        check_version(version)
        if (ws.releases / version).exists():
            shutil.rmtree(ws.releases / version)
        gone += ws.published.withdraw(f"{ws.releases.name}/{version}") if ws.published else 0
    strays = ws.published.strays() if ws.published else []
    for name in strays:
        assert ws.published is not None
        ws.published.objects.delete(name)
    old = [(objects, one) for objects in object_stores(ws) for one in objects.versions() if one.version]
    for objects, one in old:
        objects.delete(one.name, one.version)
    return Swept(gone, len(strays), len(old))
