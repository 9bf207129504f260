"""What the base model can read of the examples, counted before any training."""

from collections.abc import Sequence
from typing import Any, ClassVar

from asknews_ner.dataset.alignment.encoder_fit import ModelLimits, encoder_fit
from asknews_ner.factory.stage import Log, Produced, Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import BaseModelParams
from asknews_ner.records import EncoderFit, EntityLabels, LostEntity, NerExample, Rejected
from asknews_ner.storage.tables import Partition, reject_table
from asknews_ner.train.gliner.subwords import encoder_subwords

_INPUTS = ("ner_examples", "entity_labels", "lost_entities", reject_table("ner_examples"))


class EncoderFitStage(Stage):
    """Subword tokens a word, unknown words, and entities lost to width and length, by base model and language. Global, to be compared."""

    name: ClassVar[str] = "encoder_fit"
    record: ClassVar[type] = EncoderFit
    partitioned: ClassVar[bool] = False

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """Examples and what was lost on the way to them, the base model, and how training will read."""
        return [*(ws.tables.digest(name) for name in _INPUTS), self._bases(ws), ws.recipe.tune.max_types, ws.recipe.tune.max_length]

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """For each base model a row for all texts and one for each language."""
        examples, labels = ws.tables.read_all("ner_examples", NerExample), ws.tables.read_all("entity_labels", EntityLabels)
        lost, rejected = ws.tables.read_all("lost_entities", LostEntity), ws.tables.read_all(reject_table("ner_examples"), Rejected)
        rows: list[EncoderFit] = []
        for base in self._bases(ws):
            limits = ModelLimits(ws.recipe.tune.max_types, ws.recipe.tune.max_length, base.max_width)
            rows += encoder_fit(examples, labels, lost, rejected, encoder_subwords(base), limits)
        return Produced(rows)

    @staticmethod
    def _bases(ws: Workspace) -> list[BaseModelParams]:
        """The recipe's base models, in the order of their sizes."""
        return [ws.recipe.base_model(size) for size in ws.recipe.sizes]
