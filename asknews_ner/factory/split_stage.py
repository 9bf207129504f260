"""The splits: what belongs together is found first, then sides are chosen."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, ClassVar

from asknews_ner.dataset.splits.sides import SIDES
from asknews_ner.dataset.splits.split import split
from asknews_ner.dataset.splits.together import ties
from asknews_ner.dataset.types.ontology import load_ontology
from asknews_ner.dataset.types.rare import settle_rare_types
from asknews_ner.factory.entity_types import RARE_TABLE
from asknews_ner.factory.sides import INPUTS, known_of, side_of
from asknews_ner.factory.stage import Log, Produced, Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import DatasetExample, NerExample, RareSpan, SampledArticle, Topic
from asknews_ner.storage.tables import Partition


class SplitStage(Stage):
    """All examples with their split. Global because no story may stand on both sides."""

    name: ClassVar[str] = "dataset_examples"
    record: ClassVar[type] = DatasetExample
    partitioned: ClassVar[bool] = False
    version: ClassVar[str] = "3"

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """Examples, sample, topics, copies and vectors, the rules, what belongs together, and which types have parents to merge into."""
        tables = [ws.tables.digest(name) for name in ("ner_examples", *INPUTS)]
        parents = load_ontology(ws.recipe.dataset.ontology).parents
        return [*tables, ws.recipe.dataset, ws.recipe.leakage, ws.recipe.embed, ws.recipe.seed, parents]

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """Sorted by split and id; examples that would put a story on two sides leave."""
        examples = ws.tables.read_all("ner_examples", NerExample)
        sampled = {row.article_id: row for row in ws.tables.read("sample", SampledArticle)}
        topics = {row.topic_id: row for row in ws.tables.read("topics", Topic)}
        tied = ties(side_of(ws, "all", examples, known_of(ws)), ws.recipe.leakage)
        outcome = split(examples, sampled, topics, tied, ws.recipe.dataset, ws.recipe.seed)
        counts = Counter(row.split for row in outcome.kept)
        shares = ", ".join(f"{side} {counts[side]} ({counts[side] / max(1, len(outcome.kept)):.0%})" for side in SIDES)
        log(f"splits by {ws.recipe.dataset.split_by}: {shares}; left out {len(outcome.rejected)}; {len(tied)} pairs belong together")
        rows, changed = settle_rare_types(outcome.kept, load_ontology(ws.recipe.dataset.ontology), ws.recipe.dataset.rare_types)
        return Produced(rows, outcome.rejected, beside={RARE_TABLE: (RareSpan, changed)})
