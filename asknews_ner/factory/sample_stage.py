"""The articles to label: the pool without its copies, and the solved choice."""

from collections.abc import Sequence
from typing import Any, ClassVar

from asknews_ner.diversify.copies import CopyReject, evidence
from asknews_ner.diversify.sampling.sample import Candidate, draw
from asknews_ner.factory.stage import Log, Produced, Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import Article, CopyVerdict, Outcome, SampledArticle, SampleSolution, TopicMember, rejection
from asknews_ner.storage.tables import Partition


class SampleStage(Stage):
    """The articles to label, even over topics, countries, languages and publishers. Global because balance is a property of the whole."""

    name: ClassVar[str] = "sample"
    record: ClassVar[type] = SampledArticle
    partitioned: ClassVar[bool] = False
    version: ClassVar[str] = "2"

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """Members of topics, the articles' publishers and dates, the rule, and the copies if they are left out."""
        tables = [ws.tables.digest("topic_members"), ws.tables.digest("clean_articles")]
        copies = [ws.tables.digest("story_copies")] if ws.recipe.copies.leave_out_of_sample else []
        return [*tables, ws.recipe.sample, ws.recipe.seed, *copies]

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """Ranked so that topics come in turn."""
        members = without_copies(ws.tables.read("topic_members", TopicMember), ws)
        candidates = candidates_of(members.kept, ws)
        outcome, solution = draw(candidates, ws.recipe.sample, ws.recipe.seed)
        gap = "not solved" if solution.gap is None else f"within {solution.gap:.3%} of the best"
        log(f"sample: {solution.chosen} of {solution.candidates} articles, {gap}")
        rejected = [*members.rejected, *outcome.rejected]
        return Produced(outcome.kept, rejected, beside={"sample_solution": (SampleSolution, [solution])})


def without_copies(members: Sequence[TopicMember], ws: Workspace) -> Outcome[TopicMember]:
    """Members that can be sampled, and those that another tells in nearly the same words, if the recipe leaves these out."""
    verdicts = ws.tables.read("story_copies", CopyVerdict) if ws.recipe.copies.leave_out_of_sample else []
    copies = {row.article_id: row for row in verdicts if not row.is_elected}
    rejected = [
        rejection(
            row, SampleStage.name, CopyReject.TRANSLATED_COPY, f"{evidence(copies[row.article_id])} to {copies[row.article_id].elected}"
        )
        for row in members
        if row.article_id in copies
    ]
    return Outcome(len(members), [row for row in members if row.article_id not in copies], rejected)


def candidates_of(members: Sequence[TopicMember], ws: Workspace) -> list[Candidate]:
    """Members of topics with what the sample asks of their articles."""
    articles = {row.article_id: row for row in ws.tables.read_all("clean_articles", Article)}
    return [_candidate(member, articles[member.article_id]) for member in members]


def _candidate(member: TopicMember, article: Article) -> Candidate:
    return Candidate(
        member.article_id,
        member.topic_id,
        member.window,
        member.country,
        member.language,
        article.publisher,
        article.published_at,
        article.title,
    )
