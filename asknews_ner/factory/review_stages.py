"""Human review: verdicts read from files, texts to look at, agreement, and the annotators' scores. All global: they compare."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from asknews_ner.dataset.alignment.words import splitter_version
from asknews_ner.dataset.examples import Review
from asknews_ner.dataset.machine import MachineLabels, machine_labels
from asknews_ner.dataset.review.compare import Reviewed, annotator_scores, review_agreement
from asknews_ner.dataset.review.files import ReviewFile, ReviewFileError, list_review_files, read_review_file
from asknews_ner.dataset.review.gold import of_this_text
from asknews_ner.dataset.review.queue import Candidate, queue
from asknews_ner.dataset.review.verdicts import ReadVerdicts, read_verdicts, unreadable
from asknews_ner.dataset.types.ontology import load_ontology
from asknews_ner.factory.article_stages import panel_labels, verdicts_of
from asknews_ner.factory.entity_types import PANEL_TABLE, ontology_for, reading_of_labels
from asknews_ner.factory.stage import Log, Produced, Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import (
    AnnotatorScore,
    EntityLabels,
    Fidelity,
    Flag,
    LostEntity,
    Rejected,
    ReviewAgreement,
    ReviewTask,
    Summary,
    Verdict,
)
from asknews_ner.storage.atomic import file_digest
from asknews_ner.storage.tables import Partition, flag_table

LOST_SPANS_TABLE = "lost_verdict_spans"
_FLAGGING_STAGES = ("summaries", "entity_labels")


class VerdictsStage(Stage):
    """What people said of the texts, read from the files in the verdict folder: one row a reviewer and text. Global because a file holds
    texts of many countries."""

    name: ClassVar[str] = "verdicts"
    record: ClassVar[type] = Verdict
    partitioned: ClassVar[bool] = False

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """Names and contents of the files, the summaries as they are now, and how regions become spans."""
        files = [(path.name, file_digest(path)) for path in list_review_files(ws.verdict_files)]
        ontology, dataset = load_ontology(ws.recipe.dataset.ontology), ws.recipe.dataset
        how = [dataset.unknown_labels, dataset.unspaced, dataset.max_span_words, ws.recipe.review.cut_words, splitter_version()]
        # Without files there is nothing that a summary could change.
        return [files, *([ws.tables.digest("summaries"), ontology.definitions, ontology.synonyms, how] if files else [])]

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """All files, in the order of their names. One that cannot be read is rejected, the others count."""
        files: list[ReviewFile | Rejected] = []
        for path in list_review_files(ws.verdict_files):
            try:
                files.append(read_review_file(path))
            except ReviewFileError as error:
                files.append(unreadable(path.name, str(error)))
        made = verdicts_in(ws, files)
        log(f"verdicts: {len(made.outcome.kept)} kept, {len(made.outcome.rejected)} rejected, {len(made.lost)} spans lost")
        beside: dict[str, tuple[type, Sequence[Any]]] = {
            LOST_SPANS_TABLE: (LostEntity, made.lost),
            flag_table(self.name): (Flag, made.flags),
        }
        return Produced(made.outcome.kept, made.outcome.rejected, beside)


def verdicts_in(ws: Workspace, files: Sequence[ReviewFile | Rejected]) -> ReadVerdicts:
    """The verdicts of some files, against the present summaries."""
    summaries = {row.article_id: row for row in ws.tables.read_all("summaries", Summary)} if files else {}
    return read_verdicts(files, summaries, load_ontology(ws.recipe.dataset.ontology), ws.recipe.dataset, ws.recipe.review)


class LabelsStage(Stage):
    """A stage over the labels of all texts, as annotators made them."""

    record: ClassVar[type]
    partitioned: ClassVar[bool] = False

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """All labels, how they become spans, the verdicts, and the recipe's slice."""
        tables = [ws.tables.digest(name) for name in ("entity_labels", PANEL_TABLE, "verdicts")]
        recipe = ws.recipe
        return [*tables, *reading_of_labels(ws), splitter_version(), recipe.dataset, recipe.annotate.consensus_share, recipe.review]


class ReviewQueueStage(LabelsStage):
    """The texts that people should look at, and why: a sample spread over languages, countries and types, then the least certain. Global
    because it is one budget."""

    name: ClassVar[str] = "review_queue"
    record: ClassVar[type] = ReviewTask

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """Labels, verdicts, flags, fidelity, and the seed."""
        tables = [ws.tables.digest(name) for name in ("fidelity", *map(flag_table, _FLAGGING_STAGES))]
        return [*super().shaped_by(ws, cell), *tables, ws.recipe.seed]

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """In the order in which they should be looked at. Texts that the dataset could not take are left out."""
        flags: dict[str, list[Flag]] = defaultdict(list)
        for stage in _FLAGGING_STAGES:
            for flag in ws.tables.read_all(flag_table(stage), Flag):
                flags[flag.article_id].append(flag)
        fidelity = {row.article_id: row for row in ws.tables.read_all("fidelity", Fidelity)}
        params = ws.recipe.dataset
        candidates = [
            Candidate(text, flags[text.row.article_id], fidelity.get(text.row.article_id))
            for part in ws.tables.partitions("entity_labels")
            for text in texts_of(ws, part)
            if params.min_words <= len(text.words) <= params.max_words
        ]
        reviewed: Counter[str] = Counter()
        for one in candidates:
            own = verdicts_of(ws, Partition(one.text.row.country, one.text.row.language)).get(one.text.row.article_id, [])
            reviewed[one.text.row.article_id] = len(of_this_text(own, one.text.row.text))
        return Produced(queue(candidates, reviewed, ws.recipe.review, ws.recipe.seed))


def texts_of(ws: Workspace, cell: Partition) -> Iterator[MachineLabels]:
    """A cell's texts as the annotators labelled them."""
    recipe = ws.recipe
    panel = panel_labels(ws, cell) if recipe.annotate.label_panel else {}
    rows = ws.tables.read("entity_labels", EntityLabels, cell)
    ontology = ontology_for(ws, [*rows, *(other for others in panel.values() for other in others)])
    for row in rows:
        yield machine_labels(row, panel.get(row.article_id, ()), ontology, recipe.dataset, recipe.annotate.consensus_share)


def reviewed_texts(ws: Workspace) -> list[Reviewed]:
    """All labelled texts that people reviewed as they are now."""
    found = []
    for cell in sorted({Partition(row.country, row.language) for row in ws.tables.read("verdicts", Verdict)}):
        review = Review(verdicts_of(ws, cell), ws.recipe.review)
        for text in texts_of(ws, cell):
            if gold := review.gold(text):
                own = of_this_text(review.verdicts[text.row.article_id], text.row.text)
                found.append(Reviewed(text, own, gold))
    return found


class ReviewAgreementStage(LabelsStage):
    """How far people agree with one another and the annotators with them: F1, Cohen's kappa and Krippendorff's alpha by language and type.
    Global, to be compared."""

    name: ClassVar[str] = "review_agreement"
    record: ClassVar[type] = ReviewAgreement

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """No rows without verdicts."""
        return Produced(review_agreement(reviewed_texts(ws)))


class AnnotatorScoresStage(LabelsStage):
    """The annotators' labels against people's: precision, recall and F1 by language and type. Global, to be compared."""

    name: ClassVar[str] = "annotator_scores"
    record: ClassVar[type] = AnnotatorScore

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """No rows without verdicts."""
        return Produced(annotator_scores(reviewed_texts(ws)))
