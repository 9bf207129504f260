"""Figures about the annotators over all articles: what all replies cost, and how far a panel agrees."""

from collections.abc import Sequence
from typing import Any, ClassVar

from asknews_ner.annotate.money import costs
from asknews_ner.dataset.alignment.align import align
from asknews_ner.dataset.alignment.words import splitter_version
from asknews_ner.dataset.consensus import Labelled, agreement
from asknews_ner.factory.article_stages import panel_labels
from asknews_ner.factory.entity_types import PANEL_TABLE, ontology_for, reading_of_labels
from asknews_ner.factory.stage import Log, Produced, Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import Agreement, Cost, EntityLabels, Spend
from asknews_ner.storage.tables import Partition, spend_table

ASKING_STAGES = ("summaries", "topics", "entity_labels")
"""Of the dataset. What the low-resource study asks for stands on its own bill (`generation_yield`): no release is made of it."""


class CostsStage(Stage):
    """What the LLM's replies cost, by stage, country and language: tokens, seconds and money. Global, to be compared."""

    name: ClassVar[str] = "llm_costs"
    record: ClassVar[type] = Cost
    partitioned: ClassVar[bool] = False

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """What the articles cost, and the prices."""
        return [*(ws.tables.digest(spend_table(stage)) for stage in ASKING_STAGES), ws.recipe.annotate.prices]

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """Sums."""
        tables = [
            (stage, [*ws.tables.read(spend_table(stage), Spend), *ws.tables.read_all(spend_table(stage), Spend)]) for stage in ASKING_STAGES
        ]
        return Produced([cost for stage, rows in tables for cost in costs(stage, rows, ws.recipe.annotate.prices)])


class AgreementStage(Stage):
    """How far the annotators of a panel agree: pairwise F1 and Krippendorff's alpha, by language. Global, to be compared."""

    name: ClassVar[str] = "label_agreement"
    record: ClassVar[type] = Agreement
    partitioned: ClassVar[bool] = False
    version: ClassVar[str] = "2"

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """All labels, the ontology and how labels become spans."""
        tables = [ws.tables.digest("entity_labels"), ws.tables.digest(PANEL_TABLE)]
        return [*tables, *reading_of_labels(ws), ws.recipe.dataset, splitter_version()]

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """No rows without a panel."""
        texts: list[Labelled] = []
        for part in ws.tables.partitions(PANEL_TABLE):
            panel, rows = panel_labels(ws, part), ws.tables.read("entity_labels", EntityLabels, part)
            ontology = ontology_for(ws, [*rows, *(other for others in panel.values() for other in others)])
            for row in rows:
                if others := panel.get(row.article_id):
                    marked = {own.annotator: align(row.text, own.entities, ontology, ws.recipe.dataset) for own in (row, *others)}
                    texts.append(Labelled(row.article_id, row.language, marked))
        return Produced(agreement(texts) if texts else [])
