"""Rows in, kept and rejected of each stage, from the footers of its files wherever these say enough."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from asknews_ner.factory.article_stages import copies_of, sampled_ids
from asknews_ner.factory.stage import cell_of
from asknews_ner.factory.workspace import Workspace
from asknews_ner.storage.tables import Partition, reject_table


class Counts(NamedTuple):
    """Rows of one cell of a stage."""

    seen: int
    kept: int
    rejected: int


def _after(before: str, stage: str) -> Callable[[Workspace, Partition | None], Counts]:
    """Each row of the table before it comes in."""
    return lambda ws, cell: _of(ws, stage, ws.tables.row_count(before, cell), cell)


def _over_cells(before: str, stage: str, table: str = "") -> Callable[[Workspace, Partition | None], Counts]:
    """Each row of all cells of the table before it comes in."""

    def count(ws: Workspace, _: Partition | None) -> Counts:
        seen = sum(ws.tables.row_count(before, cell) for cell in ws.tables.partitions(before))
        return Counts(seen, ws.tables.row_count(table or stage), ws.tables.row_count(reject_table(stage)))

    return count


def _arrivals(ws: Workspace, _: Partition | None) -> Counts:
    kept = sum(ws.tables.row_count("arrivals", cell) for cell in ws.tables.partitions("arrivals"))
    rejected = ws.tables.row_count(reject_table("arrivals"))
    return Counts(kept + rejected, kept, rejected)


def _duplicates(ws: Workspace, _: Partition | None) -> Counts:
    seen = sum(ws.tables.row_count("clean_articles", cell) for cell in ws.tables.partitions("clean_articles"))
    originals = ws.tables.column("duplicates", "is_original").to_pylist()
    return Counts(seen, sum(originals), ws.tables.row_count(reject_table("duplicates")))


def _summaries(ws: Workspace, cell: Partition | None) -> Counts:
    copies = copies_of(ws)
    seen = sum(key not in copies for key in ws.tables.column("clean_articles", "article_id", cell).to_pylist())
    return _of(ws, "summaries", seen, cell)


def _entity_labels(ws: Workspace, cell: Partition | None) -> Counts:
    chosen = sampled_ids(ws, cell_of(cell))
    seen = sum(key in chosen for key in ws.tables.column("summaries", "article_id", cell).to_pylist()) if chosen else 0
    return _of(ws, "entity_labels", seen, cell)


def _of(ws: Workspace, stage: str, seen: int, cell: Partition | None) -> Counts:
    return Counts(seen, ws.tables.row_count(stage, cell), ws.tables.row_count(reject_table(stage), cell))


COUNTS: Mapping[str, Callable[[Workspace, Partition | None], Counts]] = {
    "arrivals": _arrivals,
    "articles": _after("arrivals", "articles"),
    "clean_articles": _after("articles", "clean_articles"),
    "duplicates": _duplicates,
    "summaries": _summaries,
    "summary_vectors": _after("summaries", "summary_vectors"),
    "story_copies": _over_cells("summary_vectors", "story_copies"),
    "topics": _over_cells("summary_vectors", "topics", "topic_members"),
    "sample": _after("topic_members", "sample"),
    "entity_labels": _entity_labels,
    "ner_examples": _after("entity_labels", "ner_examples"),
    "dataset_examples": _over_cells("ner_examples", "dataset_examples"),
}
"""By stage. A stage that is not here makes other rows than it reads (counts, scores, agreement): it has nothing to add up."""

ADDS_UP = COUNTS.keys() - {"arrivals"}
"""Stages whose rows in are another table's rows. Of what arrives no other count is at hand: the reader itself refuses to lose a row."""
