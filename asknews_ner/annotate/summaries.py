"""Articles → English titles and summaries (or in the source language, where nothing can translate)."""

from collections.abc import Sequence
from functools import partial

from asknews_ner.annotate.annotation import Annotation, spend_of, suspicion_flags
from asknews_ner.annotate.annotator import Annotator, Progress, TaskInput
from asknews_ner.annotate.ask import ask
from asknews_ner.annotate.long_texts import shorten
from asknews_ner.annotate.replies import parse_summary
from asknews_ner.annotate.tasks import judge
from asknews_ner.recipe import ModelChoice
from asknews_ner.records import Article, Outcome, Rejected, Summary, rejection
from asknews_ner.storage.replies import ReplyStore

STAGE = "summaries"


def inputs_of(articles: Sequence[Article], choice: ModelChoice) -> list[TaskInput]:
    """What the annotator is given of each article."""
    return [
        {"title": article.title, "text": shorten(article.text, choice.max_input_characters), "language": article.language}
        for article in articles
    ]


def summarise(
    articles: Sequence[Article], choice: ModelChoice, annotator: Annotator, store: ReplyStore, progress: Progress
) -> Annotation[Summary]:
    """One summary for each article, or its rejection. Source: paper, translation and summarisation in one step."""
    made_of = [[article.article_id] for article in articles]
    asked = ask(annotator, "summarise", inputs_of(articles, choice), store, partial(judge, "summarise"), progress, made_of)
    own_fingerprint = annotator.fingerprint("summarise")
    kept: list[Summary] = []
    rejected: list[Rejected] = []
    for article, answer in zip(articles, asked.answers, strict=True):
        if answer.fault is not None:
            rejected.append(rejection(article, STAGE, answer.fault.reason, answer.fault.detail))
            continue
        value = parse_summary(answer.text)
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
                cut_characters=max(0, len(article.text) - choice.max_input_characters) + answer.cut_characters,
                country=article.country,
                language=article.language,
                published_at=article.published_at,
            )
        )
    spend = spend_of(articles, "summarise", annotator, asked)
    flags = [flag for article in articles for flag in suspicion_flags(article, STAGE, f"{article.title}\n{article.text}", "the article")]
    flags += [flag for row in kept for flag in suspicion_flags(row, STAGE, f"{row.title}\n{row.summary}", "the summary")]
    return Annotation(Outcome(len(articles), kept, rejected), spend, [not answer.from_store for answer in asked.answers], flags)
