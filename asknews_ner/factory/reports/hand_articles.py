"""A few articles beside what was made of them: drawn by a seeded hash, spread over languages, and over the ways to be lost."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from asknews_ner.dataset.alignment.words import split_words
from asknews_ner.factory.ledger import STAGES, rejects_of
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import stable_seed
from asknews_ner.records import (
    Article,
    CopyVerdict,
    DatasetExample,
    DuplicateVerdict,
    EntityLabels,
    Fidelity,
    LostEntity,
    Rejected,
    SampledArticle,
    Summary,
    Topic,
    TopicMember,
)
from asknews_ner.report.hand_checks.records import ShownArticle, ShownDecision, ShownSpan

KEPT, LEFT = "kept", "left"
EXAMPLE, LOST = "example", "lost"
Row = TypeVar("Row")


@dataclass
class Shown:
    """The drawn articles, the spans of their texts, and the stages' decisions in order."""

    articles: list[ShownArticle] = field(default_factory=list)
    spans: list[ShownSpan] = field(default_factory=list)
    decisions: list[ShownDecision] = field(default_factory=list)


def shown_articles(ws: Workspace) -> Shown:
    """Examples first, then what was lost. Nothing of a table that is not there yet."""
    params, seed, tables = ws.recipe.hand_checks, ws.recipe.seed, _Tables(ws)
    found = Shown()
    examples = ws.tables.read("dataset_examples", DatasetExample)
    for example in spread(examples, params.examples, lambda row: row.language, lambda row: row.article_id, seed):
        _add_example(found, example, tables, params.excerpt_characters)
    rejected = [row for stage in STAGES for row in rejects_of(ws, stage)]
    for reject in spread(rejected, params.lost, lambda row: f"{row.stage} {row.reason}", lambda row: f"{row.key} {row.stage}", seed):
        found.articles.append(_article(reject.key, LOST, tables, params.excerpt_characters, reject))
        before = STAGES[: STAGES.index(_ledger_stage(reject))]
        found.decisions += _decisions(reject.key, tables, before)
        found.decisions.append(ShownDecision(reject.key, _ledger_stage(reject), LEFT, f"{reject.reason}: {reject.detail}"))
    return found


def spread(rows: Iterable[Row], count: int, group: Callable[[Row], str], key: Callable[[Row], str], seed: int) -> list[Row]:
    """At most `count` rows: one of each group in turn, groups and rows in the order of a seeded hash."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: (stable_seed("shown", seed, key(one)), key(one))):
        groups[group(row)].append(row)
    turns = [(place, stable_seed("group", seed, name), name, row) for name, own in groups.items() for place, row in enumerate(own[:count])]
    return [row for *_, row in sorted(turns, key=lambda turn: turn[:3])[:count]]


class _Tables:
    """What the stages wrote, by article id; each table is read once."""

    def __init__(self, ws: Workspace) -> None:
        def by_id(table: str, record: type[Any]) -> dict[str, Any]:
            return {row.article_id: row for row in (*ws.tables.read(table, record), *ws.tables.read_all(table, record))}

        self.recipe = ws.recipe
        self.articles = by_id("arrivals", Article)
        self.duplicates = by_id("duplicates", DuplicateVerdict)
        self.summaries = by_id("summaries", Summary)
        self.fidelity = by_id("fidelity", Fidelity)
        self.copies = by_id("story_copies", CopyVerdict)
        self.members = by_id("topic_members", TopicMember)
        self.sample = by_id("sample", SampledArticle)
        self.labels = by_id("entity_labels", EntityLabels)
        self.topics = {row.topic_id: row for row in ws.tables.read("topics", Topic)}
        self.lost: dict[str, Counter[str]] = defaultdict(Counter)
        for row in ws.tables.read_all("lost_entities", LostEntity):
            self.lost[row.article_id][row.reason] += 1


def _ledger_stage(reject: Rejected) -> str:
    return "dataset" if reject.stage == "dataset_examples" else reject.stage


def _article(key: str, shown_as: str, tables: _Tables, most: int, reject: Rejected | None = None) -> ShownArticle:
    article, summary, labels = tables.articles.get(key), tables.summaries.get(key), tables.labels.get(key)
    country, language, publisher, title = (
        (article.country, article.language, article.publisher, article.title)
        if article
        else (reject.country, reject.language, reject.publisher, reject.title)
        if reject
        else ("", "", "", "")
    )
    return ShownArticle(
        article_id=key,
        shown_as=shown_as,
        country=country,
        language=language,
        publisher=publisher,
        published=article.published_at.isoformat() if article and article.published_at else "",
        title=title,
        excerpt=article.text[:most] if article else "",
        characters=len(article.text) if article else 0,
        summary_title=summary.title if summary else "",
        summary=labels.text if labels else summary.summary if summary else "",
        summary_language=summary.summary_language if summary else "",
        annotator=summary.annotator if summary else "",
    )


def _add_example(found: Shown, example: DatasetExample, tables: _Tables, most: int) -> None:
    key = example.article_id
    shown = _article(key, EXAMPLE, tables, most)
    words = split_words(shown.summary, tables.recipe.dataset.unspaced)
    found.articles.append(shown)
    if [word.surface for word in words] == list(example.tokens):
        for span in example.spans:
            start, end = words[span.start].start, words[span.end].end
            found.spans.append(ShownSpan(key, start, end, shown.summary[start:end], span.label))
    found.decisions += _decisions(key, tables, STAGES[:-1])
    found.decisions.append(ShownDecision(key, "dataset", KEPT, f"{example.split} split, {len(example.spans)} spans"))


def _decisions(key: str, tables: _Tables, stages: Sequence[str]) -> list[ShownDecision]:
    """What these stages said of an article that they kept; stages that say nothing of it are left out."""
    words = {stage: _words(stage, key, tables) for stage in stages}
    return [ShownDecision(key, stage, KEPT, said) for stage, said in words.items() if said]


def _words(stage: str, key: str, tables: _Tables) -> str:
    article, summary, member, labels = (one.get(key) for one in (tables.articles, tables.summaries, tables.members, tables.labels))
    if stage == "arrivals" and article:
        return f"language {article.language} ({article.language_origin}), country {article.country} ({article.country_origin})"
    if stage == "articles" and article:
        return "; ".join(article.notes)
    if stage == "duplicates" and key in tables.duplicates:
        return str(tables.duplicates[key].kind)
    if stage == "summaries" and summary:
        grounded = tables.fidelity[key].grounded if key in tables.fidelity else None
        kept = "" if grounded is None else f", {grounded:.0%} of its names and numbers stand in the article"
        return f"by {summary.annotator}, in {summary.summary_language}{kept}"
    if stage == "story_copies" and key in tables.copies:
        return str(tables.copies[key].kind)
    if stage == "topics" and member:
        topic = tables.topics.get(member.topic_id)
        return f"{topic.name} ({member.place}, {topic.size} articles)" if topic else f"in no topic ({member.place})"
    if stage == "sample" and key in tables.sample:
        return f"place {tables.sample[key].rank}: {tables.sample[key].why}"
    if stage == "entity_labels" and labels:
        return f"by {labels.annotator}: {len(labels.entities)} entities named"
    if stage == "ner_examples" and labels:
        lost = ", ".join(f"{reason} {count}" for reason, count in sorted(tables.lost[key].items()))
        return f"lost on the way to spans: {lost}" if lost else "no named entity was lost"
    return ""
