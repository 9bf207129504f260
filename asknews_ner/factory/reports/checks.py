"""Checks by hand and failure signatures as a report."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from asknews_ner.dataset.review.confusion import TypeConfusion, type_confusions
from asknews_ner.dataset.types.ambiguous import AmbiguousWords, ambiguous_words
from asknews_ner.diversify.clustering.cohesion import GroupAgreement
from asknews_ner.factory.checks.articles import MOST_ARTICLES_HAVE_A_TOPIC
from asknews_ner.factory.checks.check import Check, Severity
from asknews_ner.factory.checks.signatures import (
    TOPICS_HOLD_TOGETHER,
    TYPES_AGREE_WITH_PEOPLE,
    WORDS_HAVE_ONE_TYPE,
    watched_people,
    watched_topics,
    watched_validation,
    watched_words,
)
from asknews_ner.factory.checks.watched import Watched, watch
from asknews_ner.factory.ledger import STAGES
from asknews_ner.factory.models import tuned_folder
from asknews_ner.factory.reports.hand_articles import shown_articles
from asknews_ner.factory.reports.hand_groups import agreements, read_groups, write_sheet
from asknews_ner.factory.reports.report import Launch, Made, Report
from asknews_ner.factory.review_stages import reviewed_texts
from asknews_ner.factory.stage import Log
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import AnnotatorScore, DatasetExample, Rejected, ReviewAgreement
from asknews_ner.report.hand_checks.records import ShownArticle, ShownDecision, ShownSpan, Signature
from asknews_ner.report.hand_checks.section import HandChecks, hand_checks_section
from asknews_ner.storage.atomic import file_digest
from asknews_ner.storage.tables import reject_table
from asknews_ner.train.curve import read_curve
from asknews_ner.train.loop.curve import CURVE_FILE
from asknews_ner.train.training_file import STAMP_FILE

CLUSTERS, CONFUSION, STAGNANT = "poor clusters", "label confusion", "stagnant validation"
SIGNATURES, GROUPS, CONFUSIONS, AMBIGUOUS = "check_signatures", "group_agreement", "type_confusions", "ambiguous_words"
ARTICLES, SPANS, DECISIONS = "shown_articles", "shown_spans", "shown_decisions"


class ChecksReport(Report):
    """What people check by hand: topics against their groups, labels against their verdicts, a few articles beside what was made of them;
    and the failure signatures that are watched for them, with their thresholds."""

    name: ClassVar[str] = "checks"
    reads: ClassVar[tuple[str, ...]] = ("topics", "sample", "entity_labels", "verdicts", "annotator_scores", "dataset_examples")

    def shaped_by(self, ws: Workspace) -> Sequence[Any]:
        """All tables of articles, labels and verdicts, what was rejected, people's groups, the learning curves, and the recipe."""
        tables = [
            "arrivals", "duplicates", "summaries", "summary_vectors", "fidelity", "story_copies", "topics", "topic_members", "sample",
            "entity_labels", "lost_entities", "verdicts", "annotator_scores", "review_agreement", "dataset_examples",
        ]  # fmt: skip
        tables += [reject_table("dataset_examples" if stage == STAGES[-1] else stage) for stage in STAGES]
        groups = read_groups(ws)
        people = [groups.files, [row.key for row in groups.rejected]]
        return [*(ws.tables.digest(table) for table in tables), people, [file_digest(file) for file in _curves(ws)], ws.recipe]

    def make(self, ws: Workspace, log: Log, launch: Launch) -> Made:
        """Look, compare, draw; the sheet for groups is written beside."""
        groups, shown, reviewed = read_groups(ws), shown_articles(ws), reviewed_texts(ws)
        checks = HandChecks(
            recipe=ws.recipe,
            signatures=signatures(ws),
            groups=agreements(ws, groups),
            group_rejects=groups.rejected,
            sheet=str(write_sheet(ws, groups).relative_to(ws.root)),
            confusions=type_confusions(reviewed),
            scores=ws.tables.read("annotator_scores", AnnotatorScore),
            agreement=ws.tables.read("review_agreement", ReviewAgreement),
            ambiguous=ambiguous_words(ws.tables.read("dataset_examples", DatasetExample)).rows,
            articles=shown.articles,
            spans=shown.spans,
            decisions=shown.decisions,
        )
        failed = sum(row.verdict == "fail" for row in checks.signatures)
        log(f"checks: {failed} of {len(checks.signatures)} watched figures fail, {len(shown.articles)} articles are shown")
        tables: dict[str, tuple[type, Sequence[Any]]] = {
            SIGNATURES: (Signature, checks.signatures),
            GROUPS: (GroupAgreement, checks.groups),
            reject_table(GROUPS): (Rejected, checks.group_rejects),
            CONFUSIONS: (TypeConfusion, checks.confusions),
            AMBIGUOUS: (AmbiguousWords, checks.ambiguous),
            ARTICLES: (ShownArticle, checks.articles),
            SPANS: (ShownSpan, checks.spans),
            DECISIONS: (ShownDecision, checks.decisions),
        }
        figures = {row.figure: row.value for row in checks.signatures if row.value is not None}
        return Made(hand_checks_section(checks), tables, {"failed": failed, **figures})


def signatures(ws: Workspace) -> list[Signature]:
    """Every watched figure of the present tables and models, in the order of the pipeline."""
    noise = MOST_ARTICLES_HAVE_A_TOPIC.look(ws, (None,))
    share = next(float(figure.value) for figure in noise.figures if figure.name == "unclustered_share")
    limit = (MOST_ARTICLES_HAVE_A_TOPIC.limit, ws.recipe.windows.warn_unclustered_share)
    found = [_signature(CLUSTERS, MOST_ARTICLES_HAVE_A_TOPIC, watch("share of articles in no topic", share, "at most", limit, noise.words))]
    found += [_signature(CLUSTERS, TOPICS_HOLD_TOGETHER, row) for row in watched_topics(ws)]
    found += [_signature(CONFUSION, WORDS_HAVE_ONE_TYPE, row) for row in watched_words(ws)]
    found += [_signature(CONFUSION, TYPES_AGREE_WITH_PEOPLE, row) for row in watched_people(ws)]
    for size in ws.recipe.sizes:
        for row in watched_validation(read_curve(tuned_folder(ws, size)), ws.recipe.checks.validation):
            found.append(_row(STAGNANT, "gliner_model.validation_improves", Severity.ERROR, row, f"size {size}, {row.note}"))
    return found


def _signature(name: str, check: Check, row: Watched) -> Signature:
    return _row(name, f"{check.asset}.{check.name}", check.severity, row, row.note)


def _row(name: str, check: str, severity: Severity, row: Watched, note: str) -> Signature:
    return Signature(name, check, severity.name, row.figure, row.value, row.side, row.threshold, row.limit, row.verdict, note)


def _curves(ws: Workspace) -> list[Path]:
    """The files of the learning curves that there are."""
    files = [tuned_folder(ws, size) / name for size in ws.recipe.sizes for name in (CURVE_FILE, STAMP_FILE)]
    return [file for file in files if file.is_file()]
