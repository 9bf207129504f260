"""Articles as the page shows them: their summary with its entities, an excerpt of the source, and their way."""

from collections.abc import Mapping, Sequence

from asknews_ner.dataset.release.rows import released
from asknews_ner.records import AnnotatorUse, Article, DatasetExample, ExampleLineage, Rejected, ReleasedExample, Summary, chronological
from asknews_ner.report.explorer.records import ExplorerArticle, Step, TextPart
from asknews_ner.report.topic_map import TopicMap

_KEY_CHARACTERS = 12
"""Of hashes, as many as tell them apart by eye."""


def explorer_articles(
    articles: Mapping[str, Article],
    summaries: Sequence[Summary],
    atlas: TopicMap,
    examples: Mapping[str, tuple[DatasetExample, ExampleLineage, str]],
    left: Mapping[str, Rejected],
    excerpt_characters: int,
) -> list[ExplorerArticle]:
    """A row for each summary whose article is there, in order of time.

    `examples`: by article id, with way and labelled text. `left`: where an article left after its summary was written.
    Raises ReleaseError where an example's words do not stand in its text."""
    points = {point.article_id: point for point in atlas.points}
    rows = []
    for summary in sorted(summaries, key=chronological):
        article = articles.get(summary.article_id)
        if article is None:
            continue
        point = points.get(summary.article_id)
        example, lineage, text = examples.get(summary.article_id, (None, None, ""))
        rows.append(
            ExplorerArticle(
                article_id=summary.article_id,
                title=summary.title,
                source_title=article.title,
                country=summary.country,
                language=summary.language,
                text_language=example.text_language if example else summary.summary_language,
                publisher=article.publisher,
                published_at=summary.published_at,
                window=point.window if point else "",
                topic_id=atlas.topics[point.topic].topic_id if point and point.topic >= 0 else "",
                split=example.split if example else "",
                annotator=example.annotator if example else "",
                summarised_by=summary.annotator,
                x=point.x if point else None,
                y=point.y if point else None,
                parts=parts_of(released(example, text, article.publisher)) if example else (TextPart(summary.summary, ""),),
                excerpt=article.text[:excerpt_characters],
                source_characters=len(article.text),
                way=tuple(_way(article, summary, example, lineage, left.get(summary.article_id))),
            )
        )
    return rows


def parts_of(row: ReleasedExample) -> tuple[TextPart, ...]:
    """The text cut at its entities; put together again it is the text."""
    parts, end = [], 0
    for span in sorted(row.spans, key=lambda span: span.start_char):
        parts += [TextPart(row.text[end : span.start_char], ""), TextPart(span.surface, span.label)]
        end = span.end_char
    return tuple(part for part in [*parts, TextPart(row.text[end:], "")] if part.text)


def _way(
    article: Article, summary: Summary, example: DatasetExample | None, lineage: ExampleLineage | None, left: Rejected | None
) -> list[Step]:
    steps = [
        Step("read from", article.source),
        Step("address", article.url),
        Step("fetched", article.fetched_at.isoformat() if article.fetched_at else ""),
        Step("licence", article.licence or "not stated by the delivery"),
        Step("robots rules and opt-outs", article.robots),
        Step("language", f"{article.language}, {article.language_origin}"),
        Step("country", f"{article.country}, {article.country_origin}"),
        Step("content hash", article.content_hash[:_KEY_CHARACTERS]),
        *(Step("mended", note) for note in article.notes),
        Step("summarised by", _use(lineage.summary) if lineage else f"{summary.annotator}, fingerprint {_short(summary)}"),
        Step("translated", "yes" if summary.translated else "no"),
        Step("source characters the summariser did not see", str(summary.cut_characters)),
        *(Step("labelled by", _use(use)) for use in (lineage.labels if lineage else ())),
    ]
    if example:
        steps += [Step("in the dataset", f"split {example.split}, labels of {example.annotator}")]
    elif left:
        steps += [Step("not in the dataset", f"left at {left.stage}: {left.reason} ({left.detail})")]
    else:
        steps += [Step("not in the dataset", "was not chosen for the sample")]
    return [step for step in steps if step.value]


def _short(summary: Summary) -> str:
    return summary.annotator_fingerprint[:_KEY_CHARACTERS]


def _use(use: AnnotatorUse) -> str:
    facts = [
        use.annotator,
        f"revision {use.revision}" if use.revision else "",
        f"prompt {use.prompt}" if use.prompt else "rules, no prompt",
        f"fingerprint {use.fingerprint[:_KEY_CHARACTERS]}",
        f"reply {use.reply[:_KEY_CHARACTERS]}" if use.reply else "",
    ]
    return ", ".join(fact for fact in facts if fact)
