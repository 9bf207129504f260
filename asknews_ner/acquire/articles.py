"""The articles of one country and language, in a fixed order."""

from collections.abc import Sequence

from asknews_ner.records import Article, Outcome, Reason, Rejected, chronological, rejection

STAGE = "articles"


class ArticleReject(Reason):
    """Why an arrived article can leave at its partition."""

    SAME_CONTENT = "another article of this country and language has exactly this title and text"


def collect(arrived: Sequence[Article]) -> Outcome[Article]:
    """One row per content, sorted by time and id. Of equal contents the earliest stays."""
    kept: list[Article] = []
    rejected: list[Rejected] = []
    first: dict[str, str] = {}
    for article in sorted(arrived, key=chronological):
        if article.content_hash in first:
            rejected.append(rejection(article, STAGE, ArticleReject.SAME_CONTENT, f"same content as {first[article.content_hash]}"))
        else:
            first[article.content_hash] = article.article_id
            kept.append(article)
    return Outcome(len(arrived), kept, rejected)
