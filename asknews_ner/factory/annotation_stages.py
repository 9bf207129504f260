"""Stages that ask an annotator about each article: summaries of all, labels of the sample.

Cells are asked about together, in batches: a country with few articles alone would not keep a server busy."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from asknews_ner.acquire.language import packaged_identifier
from asknews_ner.annotate.annotation import Annotation
from asknews_ner.annotate.checks.fidelity import Checker, check
from asknews_ner.annotate.labels import label, with_panel
from asknews_ner.annotate.summaries import summarise
from asknews_ner.dataset.types.ontology import load_ontology
from asknews_ner.diversify.embedding.vectors import cosines
from asknews_ner.factory.article_stages import copies_of, sampled_ids
from asknews_ner.factory.entity_types import PANEL_TABLE
from asknews_ner.factory.progress import logged
from asknews_ner.factory.stage import Log, Produced, Stage, cell_of
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.records import Article, EntityLabels, Fidelity, Flag, Spend, Summary
from asknews_ner.storage.tables import Partition, flag_table, spend_table

_ROWS_TOGETHER = 2000  # what one batch holds in memory; a server is busy with far fewer


class AnnotationStage(Stage):
    """A stage whose rows are an annotator's answers; their cost stands in a table beside (no fingerprint depends on cost)."""

    partitioned: ClassVar[bool] = True

    @abstractmethod
    def inputs(self, ws: Workspace, cell: Partition) -> list[Any]:
        """The rows of a cell that the annotator is asked about."""

    @abstractmethod
    def annotate(self, ws: Workspace, rows: Sequence[Any], log: Log, what: str) -> Annotation[Any]:
        """Ask. Replies come from the store where they are there."""

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """One cell alone."""
        return next(self.compute_many(ws, [cell], log))

    def compute_many(self, ws: Workspace, cells: Sequence[Partition | None], log: Log) -> Iterator[Produced]:
        """Batch after batch of cells."""
        batch: list[Partition] = []
        rows: list[Any] = []
        for number, cell in enumerate(cells, start=1):
            batch.append(cell_of(cell))
            rows += self.inputs(ws, batch[-1])
            if len(rows) >= _ROWS_TOGETHER or number == len(cells):
                made = self.annotate(ws, rows, log, f"{self.name}, {batch[0]} to {batch[-1]}")
                yield from (self._produced(made.of_cell(*own)) for own in batch)
                batch, rows = [], []

    def beside(self, made: Annotation[Any]) -> dict[str, tuple[type, Sequence[Any]]]:
        """Tables beside the stage's own: what it cost, and what is to be looked at."""
        return {spend_table(self.name): (Spend, [*made.spend, *made.panel_spend]), flag_table(self.name): (Flag, made.flags)}

    def _produced(self, made: Annotation[Any]) -> Produced:
        return Produced(made.outcome.kept, made.outcome.rejected, self.beside(made), made.from_memo, made.computed)


class SummariesStage(AnnotationStage):
    """A title and summary for each article that is no copy: English where something translates, else the source's language."""

    name: ClassVar[str] = "summaries"
    record: ClassVar[type] = Summary

    def inputs(self, ws: Workspace, cell: Partition) -> list[Article]:
        """Originals."""
        copies = copies_of(ws)
        return [row for row in ws.tables.read("clean_articles", Article, cell) if row.article_id not in copies]

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """The cell's originals and the annotator. Copies found elsewhere do not touch a cell that has none of them."""
        originals = fingerprint(*([row.article_id, row.content_hash, str(row.published_at)] for row in self.inputs(ws, cell_of(cell))))
        annotator = ws.annotator("summarise")
        fidelity = ws.recipe.annotate.fidelity
        how = [fidelity, *([ws.recipe.embed] if fidelity.similarity else [])]
        return [originals, ws.recipe.annotate.summarise, *how, annotator.fingerprint("summarise")]

    def annotate(self, ws: Workspace, rows: Sequence[Any], log: Log, what: str) -> Annotation[Summary]:
        """Translate and summarise."""
        progress, params = logged(log, what, len(rows)), ws.recipe.annotate
        made = summarise(rows, params.summarise, ws.annotator("summarise"), ws.replies, progress)
        similarity = cosines(ws.recipe.embed, ws.encoder) if params.fidelity.similarity else None
        return check(made, {row.article_id: row for row in rows}, Checker(params.fidelity, packaged_identifier(), similarity))

    def beside(self, made: Annotation[Any]) -> dict[str, tuple[type, Sequence[Any]]]:
        """The signals of all summaries, too."""
        return {**super().beside(made), "fidelity": (Fidelity, made.fidelity)}


class EntityLabelsStage(AnnotationStage):
    """What the annotator found in each sampled summary, as it wrote it."""

    name: ClassVar[str] = "entity_labels"
    record: ClassVar[type] = EntityLabels

    def inputs(self, ws: Workspace, cell: Partition) -> list[Summary]:
        """Summaries of sampled articles."""
        chosen = sampled_ids(ws, cell)
        return [row for row in ws.tables.read("summaries", Summary, cell) if row.article_id in chosen]

    def types(self, ws: Workspace) -> tuple[list[str], list[str]]:
        """(types with definitions as the prompt shows them, names that may be written: none in open mode)."""
        ontology = load_ontology(ws.recipe.dataset.ontology)
        return list(ontology.prompt_lines()), list(ontology.definitions) if ws.recipe.annotate.label_types == "closed" else []

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """The cell's sampled summaries, the ontology as the prompt shows it, and the annotator."""
        rows = fingerprint(*([row.article_id, row.summary, row.summary_language] for row in self.inputs(ws, cell_of(cell))))
        annotator = ws.annotator("label")
        ontology = load_ontology(ws.recipe.dataset.ontology)
        how = [ws.recipe.annotate.label, ws.recipe.annotate.label_types, annotator.fingerprint("label")]
        panel = [[name, member.fingerprint("label")] for name, member in ws.panel.items()]
        return [rows, ontology.prompt_lines(), *how, panel, ws.recipe.annotate.label_panel]

    def annotate(self, ws: Workspace, rows: Sequence[Any], log: Log, what: str) -> Annotation[EntityLabels]:
        """Label with the ontology's types."""
        types, store = self.types(ws), ws.replies
        made = label(rows, *types, ws.annotator("label"), store, logged(log, what, len(rows)))
        return with_panel(
            made,
            [
                label(rows, *types, annotator, store, logged(log, f"{what}, {name}", len(rows)), name)
                for name, annotator in ws.panel.items()
            ],
        )

    def beside(self, made: Annotation[Any]) -> dict[str, tuple[type, Sequence[Any]]]:
        """The panel's labels, too."""
        return {**super().beside(made), PANEL_TABLE: (EntityLabels, made.panel)}
