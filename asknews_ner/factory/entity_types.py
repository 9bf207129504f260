"""The recipe's ontology for the stages, and the stages about types as a whole."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pyarrow.parquet as pq

from asknews_ner.dataset.types.counts import count_types
from asknews_ner.dataset.types.neighbours import nearest, with_neighbours
from asknews_ner.dataset.types.ontology import Ontology, load_ontology
from asknews_ner.dataset.types.proposed import propose, unknown_labels
from asknews_ner.factory.stage import Log, Produced, Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import DatasetExample, EntityLabels, ProposedType, RareSpan, TypeCount
from asknews_ner.storage.tables import Partition

PANEL_TABLE = "panel_labels"
RARE_TABLE = "rare_spans"


def reading_of_labels(ws: Workspace) -> list[Any]:
    """Everything that decides which type a label means: the ontology's content, and the encoder where neighbours are asked."""
    ontology = load_ontology(ws.recipe.dataset.ontology)
    encoder = [ws.encoder.name] if ws.recipe.dataset.label_neighbours.min_cosine is not None else []
    return [ontology.definitions, ontology.synonyms, *encoder]


def ontology_for(ws: Workspace, rows: Sequence[EntityLabels]) -> Ontology:
    """The ontology that also knows those labels of the rows which are near enough to a type. An encoder is loaded only for unknown ones."""
    ontology = load_ontology(ws.recipe.dataset.ontology)
    unknown = unknown_labels(rows, ontology)
    return with_neighbours(ontology, unknown, ws.recipe.dataset.label_neighbours, ws.encoder, ws.memo)


def dataset_types(dataset: Path) -> list[str]:
    """Entity types of the training split of a dataset folder, sorted; none if there is no dataset."""
    file = dataset / "train.parquet"
    if not file.is_file():
        return []
    spans = pq.read_table(file, columns=["spans"])["spans"].combine_chunks().flatten()
    return sorted(set(spans.field("label").to_pylist()))


class ProposedTypesStage(Stage):
    """Labels that the ontology does not know: how often, where, the nearest type, and what was done with them. Global: it is one list."""

    name: ClassVar[str] = "proposed_types"
    record: ClassVar[type] = ProposedType
    partitioned: ClassVar[bool] = False

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """All labels, the ontology, the encoder (whose nearest type stands in each row), and what is done with unknown labels."""
        params, encoder = ws.recipe.dataset, ws.encoder.name
        tables = [ws.tables.digest("entity_labels"), ws.tables.digest(PANEL_TABLE)]
        return [*tables, *reading_of_labels(ws), encoder, params.unknown_labels, params.label_neighbours]

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """All annotators' labels, a panel's too."""
        rows = [*ws.tables.read_all("entity_labels", EntityLabels), *ws.tables.read_all(PANEL_TABLE, EntityLabels)]
        ontology, params = load_ontology(ws.recipe.dataset.ontology), ws.recipe.dataset
        encoder = ws.encoder
        near = nearest(unknown_labels(rows, ontology), ontology, params.label_neighbours, encoder, ws.memo)
        return Produced(propose(rows, near, params))


class TypeCountsStage(Stage):
    """How often each type of the ontology, and each proposed one, occurs in the finished dataset, by split. Global, as the splits are."""

    name: ClassVar[str] = "type_counts"
    record: ClassVar[type] = TypeCount
    partitioned: ClassVar[bool] = False

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """Examples, what the rare-type policy changed, and the ontology's types in their order, with their parents."""
        tables = [ws.tables.digest("dataset_examples"), ws.tables.digest(RARE_TABLE)]
        ontology = load_ontology(ws.recipe.dataset.ontology)
        return [*tables, ontology.types, ontology.groups]

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """Types that never occur have rows, too."""
        examples = ws.tables.read("dataset_examples", DatasetExample)
        rare = ws.tables.read(RARE_TABLE, RareSpan)
        return Produced(count_types(examples, rare, load_ontology(ws.recipe.dataset.ontology)))
