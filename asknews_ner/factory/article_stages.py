"""Stages that make one row of one article, cell by cell (country by language)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, ClassVar

from asknews_ner.acquire.articles import collect
from asknews_ner.clean.quality import boilerplate_phrases, keep_articles
from asknews_ner.dataset.examples import make_examples
from asknews_ner.dataset.ontology import load_ontology
from asknews_ner.dataset.words import splitter_version
from asknews_ner.diversify.embedding.encoders import SentenceTransformerEncoder
from asknews_ner.diversify.embedding.vectors import embed, vector_name
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
)
from asknews_ner.storage.tables import Partition, TableStore

PANEL_TABLE = "panel_labels"


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
    """Articles that read like articles: long enough, no paywall notice, no broken encoding."""

    name: ClassVar[str] = "clean_articles"
    record: ClassVar[type] = Article
    partitioned: ClassVar[bool] = True

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
        """Vectors come from the memo where they are stored; the encoder is loaded only if one is missing."""
        summaries = ws.tables.read("summaries", Summary, cell)
        encoder = SentenceTransformerEncoder(ws.recipe.embed)
        progress = logged(log, f"vectors {cell} ({vector_name(ws.recipe.embed, encoder)})", len(summaries))
        rows, from_memo, computed = embed(summaries, ws.recipe.embed, encoder, ws.memo, progress)
        return Produced(rows, from_memo=from_memo, computed=computed)


class NerExamplesStage(Stage):
    """Words and spans of each labelled summary; entities that do not align stand in lost_entities, with their reason."""

    name: ClassVar[str] = "ner_examples"
    record: ClassVar[type] = NerExample
    partitioned: ClassVar[bool] = True
    version: ClassVar[str] = "2"

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """Labels, who summarised, the ontology, the parameters of alignment and what cuts words."""
        ontology = load_ontology(ws.recipe.dataset.ontology)
        digests = [ws.tables.digest("entity_labels", [cell_of(cell)]), ws.tables.digest("summaries", [cell_of(cell)])]
        annotate = ws.recipe.annotate
        voting = [ws.tables.digest(PANEL_TABLE, [cell_of(cell)]), annotate.consensus_share] if annotate.label_panel else []
        return [*digests, *voting, ontology.definitions, ontology.synonyms, ws.recipe.dataset, splitter_version()]

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """Pure alignment."""
        labels = ws.tables.read("entity_labels", EntityLabels, cell)
        summaries = {row.article_id: row for row in ws.tables.read("summaries", Summary, cell)}
        ontology = load_ontology(ws.recipe.dataset.ontology)
        panel = panel_labels(ws, cell) if ws.recipe.annotate.label_panel else {}
        made = make_examples(labels, panel, summaries, ontology, ws.recipe.dataset, ws.recipe.annotate.consensus_share)
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
