"""The ledger: rows in, kept and rejected at every stage, in all and by country and language. It must add up."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import (
    Article,
    CopyVerdict,
    DatasetExample,
    DuplicateVerdict,
    EntityLabels,
    NerExample,
    Rejected,
    SampledArticle,
    StageCount,
    Summary,
    SummaryVector,
    TopicMember,
)
from asknews_ner.storage.tables import reject_table

Cell = tuple[str, str]

_STEPS: tuple[tuple[str, str, type, str, str, type], ...] = (
    # stage, its table, record, the stage that feeds it, that one's table, record
    ("articles", "articles", Article, "arrivals", "arrivals", Article),
    ("clean_articles", "clean_articles", Article, "articles", "articles", Article),
    ("summaries", "summaries", Summary, "duplicates", "", Article),
    ("summary_vectors", "summary_vectors", SummaryVector, "summaries", "summaries", Summary),
    ("story_copies", "story_copies", CopyVerdict, "summary_vectors", "summary_vectors", SummaryVector),
    ("topics", "topic_members", TopicMember, "summary_vectors", "summary_vectors", SummaryVector),
    ("sample", "sample", SampledArticle, "topics", "topic_members", TopicMember),
    ("entity_labels", "entity_labels", EntityLabels, "sample", "sample", SampledArticle),
    ("ner_examples", "ner_examples", NerExample, "entity_labels", "entity_labels", EntityLabels),
    ("dataset", "dataset_examples", DatasetExample, "ner_examples", "ner_examples", NerExample),
)
STAGES = ("arrivals", "articles", "clean_articles", "duplicates", *(step[0] for step in _STEPS[2:]))
"""Stages that keep or reject articles, in the order of the pipeline."""


@dataclass(frozen=True)
class Ledger:
    """Counts of all stages. `faults` says where they do not add up; empty when all is well."""

    counts: list[StageCount]
    reasons: dict[str, Counter[str]]
    faults: list[str]

    def total(self, stage: str) -> tuple[int, int, int]:
        """(rows in, kept, rejected) of a stage over all cells."""
        rows = [row for row in self.counts if row.stage == stage]
        return sum(row.seen for row in rows), sum(row.kept for row in rows), sum(row.rejected for row in rows)

    @property
    def stages(self) -> list[str]:
        """Stages in the order of the pipeline."""
        return list(dict.fromkeys(row.stage for row in self.counts))


def read_ledger(ws: Workspace) -> Ledger:
    """The ledger of what is on disk. Counts are taken from the tables themselves, not from what stages said."""
    kept: dict[str, Counter[Cell]] = {"arrivals": _cells(ws, "arrivals", Article)}
    rejected: dict[str, Counter[Cell]] = {}
    reasons: dict[str, Counter[str]] = {}
    for stage in STAGES:
        rows = rejects_of(ws, stage)
        rejected[stage] = Counter((row.country, row.language) for row in rows)
        reasons[stage] = Counter(row.reason for row in rows)
    clean = _cells(ws, "clean_articles", Article)
    originals = set(kept_articles(ws, "duplicates"))
    kept["duplicates"] = Counter(
        (row.country, row.language) for row in ws.tables.read_all("clean_articles", Article) if row.article_id in originals
    )
    counts = _counts("arrivals", kept["arrivals"] + rejected["arrivals"], kept["arrivals"], rejected["arrivals"])
    for stage, table, record, before, _, _ in _STEPS:
        kept[stage] = _cells(ws, table, record)
        if stage == "summaries":
            counts += _counts("duplicates", clean, kept["duplicates"], rejected["duplicates"])
        counts += _counts(stage, kept[before], kept[stage], rejected[stage])
    faults = [
        f"{row.stage}, {row.country}, {row.language}: {row.seen} in, {row.kept} kept, {row.rejected} rejected"
        for row in counts
        if row.seen != row.kept + row.rejected
    ]
    return Ledger(counts, reasons, faults)


def _cells(ws: Workspace, table: str, record: type) -> Counter[Cell]:
    if ws.tables.exists(table):
        rows: list[Any] = ws.tables.read(table, record)
        return Counter((row.country, row.language) for row in rows)
    return Counter({tuple(cell): ws.tables.row_count(table, cell) for cell in ws.tables.partitions(table)})  # type: ignore[misc]


def kept_articles(ws: Workspace, stage: str) -> list[str]:
    """Ids of the articles that a stage kept."""
    if stage == "duplicates":
        return [row.article_id for row in ws.tables.read(stage, DuplicateVerdict) if row.is_original]
    table = {step[0]: step[1] for step in _STEPS}.get(stage, stage)
    cells = [None] if ws.tables.exists(table) else ws.tables.partitions(table)
    # Most cells are empty, and their footers say so sooner than their columns.
    filled = [cell for cell in cells if ws.tables.row_count(table, cell)]
    return [str(key) for cell in filled for key in ws.tables.column(table, "article_id", cell).to_pylist()]


def rejects_of(ws: Workspace, stage: str) -> list[Rejected]:
    """Rows that a stage rejected."""
    table = reject_table("dataset_examples" if stage == "dataset" else stage)
    return [*ws.tables.read(table, Rejected), *ws.tables.read_all(table, Rejected)]


def _counts(stage: str, seen: Counter[Cell], kept: Counter[Cell], rejected: Counter[Cell]) -> list[StageCount]:
    cells = sorted(cell for cell in {*seen, *kept, *rejected} if seen[cell] or kept[cell] or rejected[cell])
    return [StageCount(stage, *cell, seen[cell], kept[cell], rejected[cell]) for cell in cells]
