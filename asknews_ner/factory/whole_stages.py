"""Stages that decide over all articles at once, each for a reason that its description gives."""

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from asknews_ner.annotate import topic_names
from asknews_ner.annotate.annotation import spend_of
from asknews_ner.annotate.ask import Answer, ask
from asknews_ner.annotate.replies import parse_topic_name
from asknews_ner.annotate.tasks import judge
from asknews_ner.clean.duplicates import find_duplicates
from asknews_ner.diversify.clustering.topics import TopicName, find_topics
from asknews_ner.diversify.copies import Story, find_copies
from asknews_ner.factory.stage import Log, Produced, Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import (
    Article,
    CopyVerdict,
    DuplicateVerdict,
    Spend,
    Summary,
    SummaryVector,
    Topic,
    TopicMember,
)
from asknews_ner.storage.tables import Partition, spend_table


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
        outcome, verdicts = find_duplicates(articles, ws.recipe.duplicates, ws.mapper)
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
            asked = ask(annotator, "name_topics", inputs, ws.replies, partial(judge, "name_topics"), lambda *_: None, several)
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
