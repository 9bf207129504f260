"""Summaries → entity labels: strings with a type, not yet aligned to words."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from asknews_ner.annotate.annotation import Annotation, spend_of
from asknews_ner.annotate.annotator import Annotator, Progress, TaskInput
from asknews_ner.annotate.ask import ask
from asknews_ner.annotate.checks.shield import passages
from asknews_ner.annotate.replies import parse_entities
from asknews_ner.annotate.tasks import TYPE_NAMES, judge
from asknews_ner.records import EntityLabels, Flag, Outcome, Rejected, Summary, rejection
from asknews_ner.storage.replies import ReplyStore

STAGE = "entity_labels"


def inputs_of(texts: Sequence[tuple[str, str]], entity_types: Sequence[str], closed_list: Sequence[str]) -> list[TaskInput]:
    """What the annotator is given of each (text, language)."""
    types, names = "\n".join(entity_types), "\n".join(closed_list)
    return [{"text": text, "language": language, "types": types, TYPE_NAMES: names} for text, language in texts]


def label(
    summaries: Sequence[Summary],
    entity_types: Sequence[str],
    closed_list: Sequence[str],
    annotator: Annotator,
    store: ReplyStore,
    progress: Progress,
    name: str = "",
) -> Annotation[EntityLabels]:
    """Labels of each summary, or its rejection. Source: card, step 6 (an LLM extracts entities from each summary).

    `entity_types`: the ontology's types with definitions, one line each, as the prompt shows them. `closed_list`: the names that a
    guided decoder may write; empty in open mode. `name`: what the annotator is called in a panel."""
    texts = [(row.summary, row.summary_language) for row in summaries]
    made_of = [[row.article_id] for row in summaries]
    asked = ask(annotator, "label", inputs_of(texts, entity_types, closed_list), store, partial(judge, "label"), progress, made_of)
    own_fingerprint = annotator.fingerprint("label")
    kept: list[EntityLabels] = []
    rejected: list[Rejected] = []
    for row, answer in zip(summaries, asked.answers, strict=True):
        if answer.fault is not None:
            rejected.append(rejection(row, STAGE, answer.fault.reason, answer.fault.detail))
            continue
        kept.append(
            EntityLabels(
                article_id=row.article_id,
                content_hash=row.content_hash,
                annotator=name or annotator.name,
                annotator_fingerprint=own_fingerprint,
                text=row.summary,
                text_language=row.summary_language,
                entities=parse_entities(answer.text),
                country=row.country,
                language=row.language,
            )
        )
    spend = spend_of(summaries, "label", annotator, asked)
    flags = [flag for row in kept for flag in suspicious_entities(row)]
    return Annotation(Outcome(len(summaries), kept, rejected), spend, [not answer.from_store for answer in asked.answers], flags)


def with_panel(made: Annotation[EntityLabels], others: Sequence[Annotation[EntityLabels]]) -> Annotation[EntityLabels]:
    """The first annotator's labels with what a panel's further annotators said of the same texts.

    A text that the first one could not label is rejected; one that another could not label is flagged, and has one vote less."""
    wanted = {row.article_id for row in made.outcome.kept}
    missing = [row for other in others for row in other.outcome.rejected if row.key in wanted]
    flags = [Flag(row.key, STAGE, f"NO_VOTE_{row.reason}", row.detail, row.country, row.language) for row in missing]
    return replace(
        made,
        flags=[*made.flags, *flags, *(flag for other in others for flag in other.flags)],
        panel=[row for other in others for row in other.outcome.kept if row.article_id in wanted],
        panel_spend=[row for other in others for row in other.spend],
    )


def suspicious_entities(row: EntityLabels) -> list[Flag]:
    """Entities that stand in a passage of the summary that speaks to a model."""
    found = [(entity, passage) for passage in passages(row.text) for entity in row.entities if entity.text in passage.text]
    return [
        Flag(
            article_id=row.article_id,
            stage=STAGE,
            kind=passage.suspicion.name,
            detail=f"{entity.text!r} ({entity.label}) in {passage.text[:160]!r}",
            country=row.country,
            language=row.language,
        )
        for entity, passage in found
    ]
