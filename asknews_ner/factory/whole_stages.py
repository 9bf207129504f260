"""Stages that decide over all articles at once, each for a reason that its description gives."""

from collections.abc import Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar

from asknews_ner.acquire.arrivals import arrive
from asknews_ner.acquire.files import list_files, read_rows
from asknews_ner.acquire.language import packaged_identifier
from asknews_ner.annotate import topic_names
from asknews_ner.annotate.annotation import spend_of
from asknews_ner.annotate.ask import Answer, ask
from asknews_ner.annotate.replies import parse_topic_name
from asknews_ner.annotate.tasks import judge
from asknews_ner.clean.duplicates import find_duplicates
from asknews_ner.diversify.clustering.topics import TopicName, find_topics
from asknews_ner.diversify.copies import Story, find_copies
from asknews_ner.factory.stage import Log, Produced, Refreshed, Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.records import (
    Article,
    CopyVerdict,
    DuplicateVerdict,
    Rejected,
    Spend,
    Summary,
    SummaryVector,
    Topic,
    TopicMember,
)
from asknews_ner.storage.atomic import file_digest
from asknews_ner.storage.tables import Partition, reject_table, spend_table


class ArrivalsStage(Stage):
    """The drop folder read once: rows become articles with a language and a country, and are laid into their cells.

    Global because only reading a row tells its country. Its stamp stands in the table of rejected rows, which is written last."""

    name: ClassVar[str] = "arrivals"
    record: ClassVar[type] = Article
    partitioned: ClassVar[bool] = False

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """Names and contents of all files, and the parameters."""
        files = list_files(ws.articles)
        return [[(_label(ws, file), file_digest(file)) for file in files], ws.recipe.acquire]

    def is_current(self, ws: Workspace, cell: Partition | None = None) -> bool:
        """Whether the rejects bear the stamp: they are written after all cells."""
        return ws.tables.fingerprint(reject_table(self.name)) == self.fingerprint(ws, None)

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """All rows of all files, in the order of the files."""
        rows = (row for file in list_files(ws.articles) for row in read_rows(file, ws.articles))
        outcome = arrive(rows, ws.recipe.acquire, packaged_identifier())
        return Produced(outcome.kept, outcome.rejected)

    def refresh(self, ws: Workspace, cell: Partition | None, log: Log = lambda *_: None) -> Refreshed:
        """One file a cell; cells that no longer have articles are written empty."""
        stamp = self.fingerprint(ws, None)
        if self.is_current(ws):
            kept = sum(ws.tables.row_count(self.name, part) for part in ws.tables.partitions(self.name))
            rejected = ws.tables.row_count(reject_table(self.name))
            return Refreshed(kept, rejected, computed=0, from_memo=0, reused=kept, fingerprint=stamp)
        made = self.compute(ws, None, log)
        rows = sorted(made.rows, key=lambda row: (row.country, row.language, row.article_id))
        cells = {Partition(*key): list(group) for key, group in groupby(rows, key=lambda row: (row.country, row.language))}
        for part in sorted({*cells, *ws.tables.partitions(self.name)}):
            inside = cells.get(part, [])
            own = fingerprint(self.name, [[row.article_id, row.content_hash] for row in inside])
            ws.tables.write(self.name, Article, inside, own, part)
        ws.tables.write(reject_table(self.name), Rejected, made.rejected, stamp)
        return Refreshed(len(rows), len(made.rejected), len(rows), 0, 0, stamp)


def _label(ws: Workspace, file: Path) -> str:
    return file.name if file == ws.articles else file.relative_to(ws.articles).as_posix()


class DuplicatesStage(Stage):
    """Copies and near-copies over all countries: one verdict an article. Global because copies cross borders."""

    name: ClassVar[str] = "duplicates"
    record: ClassVar[type] = DuplicateVerdict
    partitioned: ClassVar[bool] = False

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """All clean articles and the parameters."""
        return [ws.tables.digest("clean_articles"), ws.recipe.duplicates]

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """Verdicts for all; the copies also stand among the rejected rows."""
        articles = ws.tables.read_all("clean_articles", Article)
        outcome, verdicts = find_duplicates(articles, ws.recipe.duplicates)
        return Produced(verdicts, outcome.rejected)


class StoryCopiesStage(Stage):
    """Copies among summaries, which translation has made comparable: one verdict an article. Global because wire texts cross borders."""

    name: ClassVar[str] = "story_copies"
    record: ClassVar[type] = CopyVerdict
    partitioned: ClassVar[bool] = False

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """All summaries and vectors, the parameters, and what the vectors are made of."""
        return [ws.tables.digest("summary_vectors"), ws.tables.digest("summaries"), ws.recipe.copies, ws.recipe.embed]

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """Verdicts for all; nobody leaves here."""
        summaries = {row.article_id: row for row in ws.tables.read_all("summaries", Summary)}
        vectors = ws.tables.read_all("summary_vectors", SummaryVector)
        verdicts = find_copies([Story(summaries[row.article_id], row) for row in vectors], ws.recipe.copies, ws.recipe.embed)
        log(f"copies: {sum(not row.is_elected for row in verdicts)} of {len(verdicts)} articles")
        return Produced(verdicts)


class TopicsStage(Stage):
    """Topics of each window of time, and every article's place in them. Global because a topic spans countries."""

    name: ClassVar[str] = "topics"
    record: ClassVar[type] = Topic
    partitioned: ClassVar[bool] = False

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """All vectors, the windows, the clustering, and who names."""
        annotator = ws.annotator("name_topics")
        parameters = [ws.recipe.windows, ws.recipe.topics, ws.recipe.seed, ws.recipe.annotate.name_topics]
        return [ws.tables.digest("summary_vectors"), ws.tables.digest("summaries"), *parameters, annotator.fingerprint("name_topics")]

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """Clustering per window; names from the titles nearest the centre."""
        vectors = ws.tables.read_all("summary_vectors", SummaryVector)
        summaries = {row.article_id: row for row in ws.tables.read_all("summaries", Summary)}
        annotator = ws.annotator("name_topics")
        spend: list[Spend] = []
        memo_counts = {"from_memo": 0}

        def name(topics: Sequence[Sequence[str]]) -> list[TopicName]:
            # One article alone (`noise: singleton`) has a title: nothing is asked for it.
            several = [members for members in topics if len(members) > 1]
            titles = [[(summaries[key].summary_language, summaries[key].title) for key in members] for members in several]
            inputs = [topic_names.input_of(of_one, ws.recipe.topics.categories) for of_one in titles]
            asked = ask(annotator, "name_topics", inputs, ws.replies, partial(judge, "name_topics"), lambda *_: None)
            memo_counts["from_memo"] = asked.from_memo
            spend.extend(spend_of([summaries[members[0]] for members in several], "name_topics", annotator, asked))
            answers = iter(asked.answers)
            return [_name(summaries[members[0]], next(answers) if len(members) > 1 else None, annotator.name) for members in topics]

        found = find_topics(vectors, ws.recipe.windows, ws.recipe.topics, ws.recipe.seed, ws.memo, name)
        log(
            f"topics: {len(found.topics)}, unclustered {found.noise_share:.0%}, biggest {found.biggest_share:.0%} of all articles; "
            f"windows clustered now: {found.clustered_windows}"
        )
        beside: dict[str, tuple[type, Sequence[Any]]] = {
            "topic_members": (TopicMember, found.outcome.kept),
            spend_table(self.name): (Spend, spend),
        }
        return Produced(found.topics, found.outcome.rejected, beside=beside, from_memo=memo_counts["from_memo"])


def _name(nearest: Summary, answer: Answer | None, annotator: str) -> TopicName:
    """A topic without a usable answer is still a topic: it gets its first title."""
    if answer is None or answer.fault:
        return TopicName(nearest.title[:120], "", "title")
    return TopicName(*parse_topic_name(answer.text), annotator)
