"""The bill: what all replies cost."""

from collections.abc import Sequence
from typing import Any, ClassVar

from asknews_ner.annotate.money import costs
from asknews_ner.factory.stage import Log, Produced, Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import Cost, Spend
from asknews_ner.storage.tables import Partition, spend_table

ASKING_STAGES = ("summaries", "topics", "entity_labels")


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
