"""The explorer's rows, read from the tables of a workspace."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from asknews_ner.dataset.release.diff import compare, read_published
from asknews_ner.dataset.release.gliner_json import SPLITS_FILE
from asknews_ner.dataset.release.newest import releases_in_order
from asknews_ner.evaluate.tables.size_scores import BASE, OVERALL, TUNED
from asknews_ner.factory.release_lineage import example_lineage
from asknews_ner.factory.scores import all_scores
from asknews_ner.factory.study_report import curves_table, names_of
from asknews_ner.factory.workspace import Workspace
from asknews_ner.low_resource.study.records import CurvePoint
from asknews_ner.records import Article, DatasetExample, Rejected, Summary, SummaryVector, Topic, TopicMember
from asknews_ner.report.explorer.articles import explorer_articles
from asknews_ner.report.explorer.data import ExplorerData
from asknews_ner.report.explorer.places import countries_of
from asknews_ner.report.explorer.records import ExplorerArticle, ExplorerChange, ExplorerGain, ExplorerReject, ExplorerScore, ExplorerTopic
from asknews_ner.report.topic_map import lay_out
from asknews_ner.storage.tables import reject_table

_WORKING = "working dataset"


def explorer_data(ws: Workspace, stages: Sequence[str]) -> ExplorerData:
    """Everything that the page shows. Raises ReleaseError where examples and texts are of different runs."""
    rejected = {stage: _rejects(ws, stage) for stage in stages}
    topics = ws.tables.read("topics", Topic)
    articles = _articles(ws, topics, {row.key: row for rows in rejected.values() for row in rows})
    return ExplorerData(
        articles=articles,
        countries=countries_of((row.country, bool(row.split)) for row in articles),
        topics=_topics(topics, articles),
        rejects=_counted(rejected, ws.recipe.explorer.rejects_named),
        scores=list(_scores(ws)),
        gains=list(_gains(ws)),
        changes=list(_changes(ws)),
        curves=[point for code in names_of(ws) for point in ws.tables.read(curves_table(code), CurvePoint)],
    )


def _articles(ws: Workspace, topics: Sequence[Topic], left: dict[str, Rejected]) -> list[ExplorerArticle]:
    members = ws.tables.read("topic_members", TopicMember)
    summaries = ws.tables.read_all("summaries", Summary)
    atlas = lay_out(members, ws.tables.read_all("summary_vectors", SummaryVector), summaries, topics, ws.recipe.seed)
    examples = ws.tables.read("dataset_examples", DatasetExample)
    lineage, texts = example_lineage(ws, examples)
    return explorer_articles(
        {row.article_id: row for row in ws.tables.read_all("clean_articles", Article)},
        summaries,
        atlas,
        {row.article_id: (row, way, texts[row.article_id]) for row, way in zip(examples, lineage, strict=True)},
        left,
        ws.recipe.explorer.excerpt_characters,
    )


def _topics(topics: Sequence[Topic], articles: Sequence[ExplorerArticle]) -> list[ExplorerTopic]:
    counts = Counter(row.topic_id for row in articles)
    rows = [ExplorerTopic(row.topic_id, row.name, row.window, counts[row.topic_id]) for row in topics if counts[row.topic_id]]
    return sorted(rows, key=lambda row: (-row.articles, row.topic_id))


def _rejects(ws: Workspace, stage: str) -> list[Rejected]:
    table = reject_table(stage)
    return [*ws.tables.read(table, Rejected), *ws.tables.read_all(table, Rejected)]


def _counted(rejected: dict[str, list[Rejected]], most_named: int) -> list[ExplorerReject]:
    rows = []
    for stage, of_stage in rejected.items():
        by_reason: dict[str, list[Rejected]] = {}
        for row in sorted(of_stage, key=lambda row: row.key):
            by_reason.setdefault(row.reason, []).append(row)
        for reason, same in sorted(by_reason.items(), key=lambda pair: (-len(pair[1]), pair[0])):
            named = tuple(f"{row.title or row.key} ({row.country}, {row.language or 'language not known'})" for row in same[:most_named])
            rows.append(ExplorerReject(stage, reason, len(same), named))
    return rows


def _scores(ws: Workspace) -> Iterator[ExplorerScore]:
    for one in all_scores(ws):
        for row in one.scores:
            if row.group == OVERALL or row.group.startswith("language="):
                yield ExplorerScore(one.size, row.benchmark, row.group, row.model, row.f1, row.f1_low, row.f1_high, row.sentences)


def _gains(ws: Workspace) -> Iterator[ExplorerGain]:
    for one in all_scores(ws):
        for row in one.comparisons:
            if (row.model, row.against) == (TUNED, BASE):
                yield ExplorerGain(one.size, row.benchmark, row.difference, row.low, row.high, row.p_holm)


def release_places(ws: Workspace) -> list[tuple[str, Path]]:
    """(version, folder) of the finished releases in the order in which they were made, and the dataset that the next would hold."""
    found = [(place.name, place) for place in releases_in_order(ws.releases)]
    if (ws.dataset / SPLITS_FILE).is_file() and (ws.dataset / "FINGERPRINT").is_file():
        found.append((_WORKING, ws.dataset))
    return found


def _changes(ws: Workspace) -> Iterator[ExplorerChange]:
    for (before, old), (after, new) in pairwise(release_places(ws)):
        found = compare(read_published(old), read_published(new))
        for change, count in found.counts().items():
            yield ExplorerChange(before, after, change.name.lower(), "all", count)
        yield ExplorerChange(before, after, "unchanged", "all", found.unchanged)
        for language, counts in found.by_language().items():
            for change, count in counts.items():
                if count:
                    yield ExplorerChange(before, after, change.name.lower(), language, count)
