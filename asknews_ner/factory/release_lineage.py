"""The way of each released example, read from the tables and the store of replies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asknews_ner.annotate import labels, summaries
from asknews_ner.annotate.annotator import TaskInput
from asknews_ner.annotate.reply_keys import possible_keys
from asknews_ner.dataset.release.errors import ReleaseError
from asknews_ner.factory import pipeline
from asknews_ner.factory.entity_types import PANEL_TABLE
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import OFFLINE, ModelChoice
from asknews_ner.records import AnnotatorUse, Article, DatasetExample, EntityLabels, ExampleLineage, Summary


@dataclass(frozen=True, slots=True)
class _Asked:
    """One answer: who gave it under which choice of the recipe, and the keys that its reply can have."""

    annotator: str
    choice: ModelChoice
    fingerprint: str
    keys: list[str]


def example_lineage(ws: Workspace, examples: Sequence[DatasetExample]) -> tuple[list[ExampleLineage], dict[str, str]]:
    """(one row for each example, in their order; the labelled texts by article id).

    Raises ReleaseError if a table lacks an example's article, summary or labels."""
    wanted = {row.article_id for row in examples}
    articles = {row.article_id: row for row in ws.tables.read_all("clean_articles", Article) if row.article_id in wanted}
    summaries_of = {row.article_id: row for row in ws.tables.read_all("summaries", Summary) if row.article_id in wanted}
    labels_of: dict[str, list[EntityLabels]] = {}
    for table in ("entity_labels", PANEL_TABLE):
        for row in ws.tables.read_all(table, EntityLabels):
            if row.article_id in wanted:
                labels_of.setdefault(row.article_id, []).append(row)
    if missing := sorted(wanted - (articles.keys() & summaries_of.keys() & labels_of.keys())):
        raise ReleaseError(
            f"{len(missing)} examples have no article, summary or labels in the tables ({missing[0]} is one): run the pipeline again"
        )
    asked = {
        key: [_summarised(ws, articles[key], summaries_of[key]), *(_labelled(ws, row) for row in labels_of[key])] for key in sorted(wanted)
    }
    known = ws.replies.known(sorted({key for uses in asked.values() for use in uses for key in use.keys}))
    rows = [_row(articles[row.article_id], summaries_of[row.article_id], asked[row.article_id], known) for row in examples]
    return rows, {key: rows[0].text for key, rows in labels_of.items()}


def _summarised(ws: Workspace, article: Article, summary: Summary) -> _Asked:
    choice = ws.recipe.annotate.summarise
    return _asked(summary.annotator, choice, summary.annotator_fingerprint, summaries.inputs_of([article], choice)[0])


def _labelled(ws: Workspace, row: EntityLabels) -> _Asked:
    params = ws.recipe.annotate
    members: Mapping[str, ModelChoice] = {member.name: member for member in params.label_panel}
    types, closed_list = pipeline.ENTITY_LABELS.types(ws)
    task_input = labels.inputs_of([(row.text, row.text_language)], types, closed_list)[0]
    return _asked(row.annotator, members.get(row.annotator, params.label), row.annotator_fingerprint, task_input)


def _asked(annotator: str, choice: ModelChoice, own_fingerprint: str, task_input: TaskInput) -> _Asked:
    return _Asked(annotator, choice, own_fingerprint, possible_keys(own_fingerprint, task_input, choice))


def _row(article: Article, summary: Summary, asked: Sequence[_Asked], known: set[str]) -> ExampleLineage:
    uses = [_use(one, known) for one in asked]
    return ExampleLineage(
        article_id=article.article_id,
        url=_url(article),
        source=article.source,
        fetched_at=article.fetched_at,
        publisher=article.publisher,
        licence=article.licence,
        robots=article.robots,
        content_hash=article.content_hash,
        language_origin=article.language_origin,
        country_origin=article.country_origin,
        notes=article.notes,
        cut_characters=summary.cut_characters,
        translated=summary.translated,
        summary=uses[0],
        labels=tuple(uses[1:]),
    )


def _url(article: Article) -> str | None:
    """The address that was given, or the id where it is one."""
    given = article.url
    return given or (article.article_id if article.article_id.startswith(("http://", "https://")) else None)


def _use(one: _Asked, known: set[str]) -> AnnotatorUse:
    reply = next((key for key in one.keys if key in known), None)
    prompt = "" if one.choice.model == OFFLINE else one.choice.prompt
    return AnnotatorUse(one.annotator, one.choice.model, one.choice.revision, prompt, one.fingerprint, reply)
