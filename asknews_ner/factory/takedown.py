"""Taking down: what was made of a denied article leaves the stores that outlive a run; tables and releases are then made without it."""

from collections.abc import Iterable
from dataclasses import dataclass

from asknews_ner.acquire.deny import read_deny_list
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import source_mark
from asknews_ner.records import Article


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What left the store of replies and the memo."""

    replies: int
    vectors: int

    def as_text(self) -> str:
        """For a log line."""
        return f"{self.replies} replies and {self.vectors} vectors forgotten"


def forget(ws: Workspace, article_ids: Iterable[str]) -> Forgotten:
    """Delete replies and vectors made of these articles, and have the vector index made anew. Doing it twice is no fault.

    The stamp goes first: a run that is killed in between does it all again. It also goes while the tables still hold any of them: the
    index may have been filled again since the stores forgot."""
    ids = set(article_ids)
    marks = sorted(map(source_mark, ids))
    in_tables = any(row.article_id in ids for row in ws.tables.read_all("arrivals", Article)) if ids else False
    if in_tables or ws.replies.knows(marks) or ws.memo.knows(marks):
        ws.index_stamp.unlink(missing_ok=True)
    return Forgotten(ws.replies.forget(marks), ws.memo.forget(marks))


def denied_articles(ws: Workspace) -> list[Article]:
    """Articles in the workspace's tables that the deny list means: they are there until the next run."""
    deny = read_deny_list(ws.deny_file)
    return [row for row in ws.tables.read_all("arrivals", Article) if deny.matches(row.article_id, row.url, row.publisher)]
