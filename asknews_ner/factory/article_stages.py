"""Stages that make one row of one article, cell by cell (country by language)."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, ClassVar

from asknews_ner.acquire.articles import collect
from asknews_ner.acquire.boilerplate import boilerplate_phrases
from asknews_ner.clean.quality import keep_articles
from asknews_ner.dataset.alignment.words import splitter_version
from asknews_ner.dataset.examples import Review, make_examples
from asknews_ner.dataset.review.gold import marks
from asknews_ner.diversify.embedding.vectors import embed_cells, vector_name
from asknews_ner.factory.entity_types import PANEL_TABLE, ontology_for, reading_of_labels
from asknews_ner.factory.progress import logged
from asknews_ner.factory.stage import Log, Produced, Stage, cell_of
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import (
    Article,
    Dissent,
    DuplicateVerdict,
    EntityLabels,
    LostEntity,
    NerExample,
    SampledArticle,
    Summary,
    SummaryVector,
    Verdict,
)
from asknews_ner.storage.tables import Partition, TableStore

_ROWS_TOGETHER = 20_000
"""Summaries of one country, or of several small ones, that are in memory at once."""


class ArticlesStage(Stage):
    """Acquired articles of one country and language: one row per content, sorted by time."""

    name: ClassVar[str] = "articles"
    record: ClassVar[type] = Article
    partitioned: ClassVar[bool] = True

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """The arrived rows of the cell."""
        return [ws.tables.digest("arrivals", [cell_of(cell)])]

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """Exact repeats leave."""
        outcome = collect(ws.tables.read("arrivals", Article, cell))
        return Produced(outcome.kept, outcome.rejected)


class CleanArticlesStage(Stage):
    """Articles that read like articles: long enough, no paywall notice, no broken encoding, under their own title."""

    name: ClassVar[str] = "clean_articles"
    record: ClassVar[type] = Article
    partitioned: ClassVar[bool] = True
    version: ClassVar[str] = "2"

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """Articles, parameters, and the list of boilerplate phrases."""
        return [ws.tables.digest("articles", [cell_of(cell)]), ws.recipe.clean, dict(boilerplate_phrases())]

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """Each article alone."""
        outcome = keep_articles(ws.tables.read("articles", Article, cell), ws.recipe.clean)
        return Produced(outcome.kept, outcome.rejected)


class SummaryVectorsStage(Stage):
    """One unit vector for each summary, by the recipe's encoder, with a lexical part where nothing translated."""

    name: ClassVar[str] = "summary_vectors"
    record: ClassVar[type] = SummaryVector
    partitioned: ClassVar[bool] = True

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """Summaries and embedding parameters."""
        return [ws.tables.digest("summaries", [cell_of(cell)]), ws.recipe.embed]

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """One cell alone."""
        return next(self.compute_many(ws, [cell], log))

    def compute_many(self, ws: Workspace, cells: Sequence[Partition | None], log: Log) -> Iterator[Produced]:
        """Vectors come from the memo where they are stored; the encoder is loaded only if one is missing. Cells are handed out together:
        most have less than a worker does at once."""
        encoder, together, rows = ws.encoder, list[Sequence[Summary]](), 0
        for number, cell in enumerate(cells, start=1):
            together.append(ws.tables.read("summaries", Summary, cell))
            rows += len(together[-1])
            if rows >= _ROWS_TOGETHER or number == len(cells):
                progress = logged(log, f"vectors to {cell} ({vector_name(ws.recipe.embed, encoder)})", rows)
                for made, from_memo, computed in embed_cells(together, ws.recipe.embed, encoder, ws.memo, progress, ws.mapper):
                    yield Produced(made, from_memo=from_memo, computed=computed)
                together, rows = [], 0


class NerExamplesStage(Stage):
    """Words and spans of each labelled summary; entities that do not align stand in lost_entities, with their reason."""

    name: ClassVar[str] = "ner_examples"
    record: ClassVar[type] = NerExample
    partitioned: ClassVar[bool] = True
    version: ClassVar[str] = "2"

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """Labels, who summarised, what decides a label's type, how words are cut and aligned, and what people said of these texts."""
        digests = [ws.tables.digest("entity_labels", [cell_of(cell)]), ws.tables.digest("summaries", [cell_of(cell)])]
        annotate = ws.recipe.annotate
        voting = [ws.tables.digest(PANEL_TABLE, [cell_of(cell)]), annotate.consensus_share] if annotate.label_panel else []
        verdicts = verdicts_of(ws, cell_of(cell))
        review = [[marks(row) for own in verdicts.values() for row in own], ws.recipe.review.ties] if verdicts else []
        return [*digests, *voting, *reading_of_labels(ws), ws.recipe.dataset, splitter_version(), *review]

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """Alignment, once it is settled what each label means (unknown ones are compared with the types, all of the cell together).

        People's verdicts override it."""
        labels = ws.tables.read("entity_labels", EntityLabels, cell)
        summaries = {row.article_id: row for row in ws.tables.read("summaries", Summary, cell)}
        panel = panel_labels(ws, cell) if ws.recipe.annotate.label_panel else {}
        ontology = ontology_for(ws, [*labels, *(other for others in panel.values() for other in others)])
        review = Review(verdicts_of(ws, cell_of(cell)), ws.recipe.review)
        made = make_examples(labels, panel, summaries, ontology, ws.recipe.dataset, ws.recipe.annotate.consensus_share, review)
        beside: dict[str, tuple[type, Sequence[Any]]] = {"lost_entities": (LostEntity, made.lost), "dissent": (Dissent, made.dissent)}
        return Produced(made.outcome.kept, made.outcome.rejected, beside)


def panel_labels(ws: Workspace, cell: Partition | None) -> dict[str, list[EntityLabels]]:
    """What the panel's further annotators found, by article id."""
    found: dict[str, list[EntityLabels]] = {}
    for row in ws.tables.read(PANEL_TABLE, EntityLabels, cell):
        found.setdefault(row.article_id, []).append(row)
    return found


def copies_of(ws: Workspace) -> frozenset[str]:
    """Ids of the articles that are copies of others."""
    return _copies(ws.tables, ws.tables.fingerprint("duplicates"))


def sampled_ids(ws: Workspace, cell: Partition) -> frozenset[str]:
    """Ids of a cell's sampled articles."""
    return _sampled(ws.tables, ws.tables.fingerprint("sample")).get(cell, frozenset())


def verdicts_of(ws: Workspace, cell: Partition) -> dict[str, list[Verdict]]:
    """What people said of a cell's texts, by article id."""
    return _verdicts(ws.tables, ws.tables.fingerprint("verdicts")).get(cell, {})


# Read once for hundreds of cells; a table with another stamp is another key.
@lru_cache(maxsize=4)
def _copies(tables: TableStore, stamp: str | None) -> frozenset[str]:
    return frozenset(row.article_id for row in tables.read("duplicates", DuplicateVerdict) if not row.is_original)


@lru_cache(maxsize=4)
def _sampled(tables: TableStore, stamp: str | None) -> dict[Partition, frozenset[str]]:
    found: dict[Partition, set[str]] = {}
    for row in tables.read("sample", SampledArticle):
        found.setdefault(Partition(row.country, row.language), set()).add(row.article_id)
    return {cell: frozenset(ids) for cell, ids in found.items()}


@lru_cache(maxsize=4)
def _verdicts(tables: TableStore, stamp: str | None) -> dict[Partition, dict[str, list[Verdict]]]:
    found: dict[Partition, dict[str, list[Verdict]]] = {}
    for row in tables.read("verdicts", Verdict):
        found.setdefault(Partition(row.country, row.language), {}).setdefault(row.article_id, []).append(row)
    return found
