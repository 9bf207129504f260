"""The audit's input out of the tables: which articles each stage kept, why the others left, and to which groups they belong."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from asknews_ner.factory.entity_types import RARE_TABLE, ontology_for
from asknews_ner.factory.ledger import STAGES, kept_articles, rejects_of
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import Article, DatasetExample, EntityLabels, LostEntity, NerExample, RareSpan, TopicMember
from asknews_ner.report.audit.funnel import NOT_ACCOUNTED_FOR, Passage, passage

POOL, SAMPLE, EXAMPLES = "topics", "sample", "dataset"
BY_ARTICLE = ("country", "language", "publisher", "time")
BY_MEMBER = ("window", "topic")
TYPE = "type"
_OTHERWISE = "DECIDED_OTHERWISE"
_TIME = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Traced:
    """The passages of one kind of group, in order, and the group of each unit in them."""

    kind: str
    passages: Sequence[Passage]
    groups: Mapping[str, str]

    def group_of(self, unit: str) -> str:
        """The unit's group; empty where it is not known."""
        return self.groups.get(unit, "")


def traced(ws: Workspace) -> list[Traced]:
    """All kinds of groups: articles from arrival on, by topic and window from there on, by entity type from the labels on."""
    articles = ws.tables.read_all("arrivals", Article)
    groups = {kind: {row.article_id: _of_article(kind, row, ws.recipe.audit.time) for row in articles} for kind in BY_ARTICLE}
    passages = _passages(ws, groups)
    members = ws.tables.read("topic_members", TopicMember)
    from_topics = passages[STAGES.index(POOL) :]
    by_member: dict[str, Callable[[TopicMember], str]] = {"window": lambda row: row.window, "topic": lambda row: row.topic_id}
    return [
        *(Traced(kind, passages, groups[kind]) for kind in BY_ARTICLE),
        *(Traced(kind, from_topics, {row.article_id: by_member[kind](row) for row in members}) for kind in BY_MEMBER),
        _by_type(ws, passages),
    ]


def _of_article(kind: str, row: Article, time: Literal["day", "month", "year"]) -> str:
    if kind == "time":
        return row.published_at.strftime(_TIME[time]) if row.published_at else ""
    return str(getattr(row, kind))


def _passages(ws: Workspace, groups: Mapping[str, dict[str, str]]) -> list[Passage]:
    """A passage a stage. Rows that never became articles get units of their own, and their groups into `groups`."""
    found: list[Passage] = []
    for stage in STAGES:
        rejected, left = rejects_of(ws, stage), {}
        for number, row in enumerate(rejected):
            unit = row.key if found else f"{row.key}{_SEPARATOR}{number}"
            left[unit] = row.reason
            if not found:
                groups["country"][unit], groups["language"][unit], groups["publisher"][unit] = row.country, row.language, row.publisher
        before = found[-1].kept if found else frozenset(left)
        found.append(passage(stage, before, kept_articles(ws, stage), left))
    return found


def _by_type(ws: Workspace, passages: Sequence[Passage]) -> Traced:
    """Units are an article with one of its types: named by the annotator, then as a span of the example, then as one of the dataset."""
    labels, examples, dataset = passages[-3:]
    named: dict[str, str] = {}
    lost: dict[str, Counter[str]] = defaultdict(Counter)
    for cell in ws.tables.partitions("entity_labels"):
        rows = ws.tables.read("entity_labels", EntityLabels, cell)
        ontology = ontology_for(ws, rows)
        for row in rows:
            kinds = {ontology.canonical(one.label) or "" for one in row.entities}
            named |= {_unit(row.article_id, kind): kind for kind in kinds}
        for entity in ws.tables.read("lost_entities", LostEntity, cell):
            lost[_unit(entity.article_id, ontology.canonical(entity.label) or "")][entity.reason] += 1
    spans = {_unit(row.article_id, one.label): one.label for row in ws.tables.read_all("ner_examples", NerExample) for one in row.spans}
    final = {_unit(row.article_id, one.label): one.label for row in ws.tables.read("dataset_examples", DatasetExample) for one in row.spans}
    rare = {_unit(row.article_id, row.label): row.reason for row in ws.tables.read(RARE_TABLE, RareSpan)}
    at_examples = {unit: _reason(unit, examples.left, _commonest(lost.get(unit), _OTHERWISE)) for unit in named if unit not in spans}
    at_dataset = {unit: _reason(unit, dataset.left, rare.get(unit, NOT_ACCOUNTED_FOR)) for unit in spans if unit not in final}
    first = passage(labels.stage, frozenset(), named, {})
    second = passage(examples.stage, first.kept, spans, at_examples)
    return Traced(TYPE, [first, second, passage(dataset.stage, second.kept, final, at_dataset)], {**named, **spans, **final})


def _unit(article_id: str, kind: str) -> str:
    return f"{article_id}{_SEPARATOR}{kind}"


def _reason(unit: str, of_articles: Mapping[str, str], otherwise: str) -> str:
    """Why the article left, or, where it stayed, why the type's entities did."""
    return of_articles.get(unit.split(_SEPARATOR, maxsplit=1)[0], otherwise)


def _commonest(reasons: Counter[str] | None, otherwise: str) -> str:
    return min(reasons, key=lambda reason: (-reasons[reason], reason)) if reasons else otherwise
