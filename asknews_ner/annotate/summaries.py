"""Articles → English titles and summaries (or in the source language, where nothing can translate)."""

from collections.abc import Sequence

from asknews_ner.annotate.annotator import Annotator, Progress, ask
from asknews_ner.annotate.replies import ReplyError, parse_summary
from asknews_ner.recipe import ModelChoice
from asknews_ner.records import Article, Outcome, Reason, Rejected, Summary, rejection
from asknews_ner.storage.memo import Memo

STAGE = "summaries"
_CUT = "\n[…]\n"


class SummaryReject(Reason):
    """Why an article can leave here."""

    NO_REPLY = "the annotator did not finish a reply"
    UNUSABLE_REPLY = "the reply does not hold a title and a summary"


def summarise(
    articles: Sequence[Article], choice: ModelChoice, annotator: Annotator, memo: Memo, progress: Progress
) -> tuple[Outcome[Summary], int, int]:
    """(outcome, replies from the memo, replies computed). Source: paper, translation and summarisation in one step."""
    inputs = [
        {"title": article.title, "text": shorten(article.text, choice.max_input_characters), "language": article.language}
        for article in articles
    ]
    asked = ask(annotator, "summarise", inputs, memo, progress)
    own_fingerprint = annotator.fingerprint("summarise")
    kept: list[Summary] = []
    rejected: list[Rejected] = []
    for article, reply in zip(articles, asked.replies, strict=True):
        if reply.error:
            rejected.append(rejection(article, STAGE, SummaryReject.NO_REPLY, reply.error))
            continue
        try:
            value = parse_summary(reply.text)
        except ReplyError as error:
            rejected.append(rejection(article, STAGE, SummaryReject.UNUSABLE_REPLY, str(error)))
            continue
        kept.append(
            Summary(
                article_id=article.article_id,
                content_hash=article.content_hash,
                annotator=annotator.name,
                annotator_fingerprint=own_fingerprint,
                title=value.title,
                summary=value.summary,
                summary_language=value.language,
                translated=value.translated,
                country=article.country,
                language=article.language,
                published_at=article.published_at,
            )
        )
    return Outcome(len(articles), kept, rejected), asked.from_memo, asked.computed


def shorten(text: str, limit: int) -> str:
    """Head and tail of a text over `limit` characters, the cut marked by […]: news puts the facts first and the outlook last."""
    if len(text) <= limit:
        return text
    tail = limit // 4
    return text[: limit - tail] + _CUT + text[-tail:]
