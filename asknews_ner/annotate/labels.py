"""Summaries → entity labels: strings with a type, not yet aligned to words."""

from collections.abc import Sequence

from asknews_ner.annotate.annotator import Annotator, Progress, ask
from asknews_ner.annotate.replies import ReplyError, parse_entities
from asknews_ner.records import EntityLabels, Outcome, Reason, Rejected, Summary, rejection
from asknews_ner.storage.memo import Memo

STAGE = "entity_labels"


class LabelReject(Reason):
    """Why a sampled summary can leave here."""

    NO_REPLY = "the annotator did not finish a reply"
    UNUSABLE_REPLY = "the reply does not hold a list of entities"


def label(
    summaries: Sequence[Summary], entity_types: Sequence[str], annotator: Annotator, memo: Memo, progress: Progress
) -> tuple[Outcome[EntityLabels], int, int]:
    """(outcome, replies from the memo, replies computed). Source: card, step 6 (an LLM extracts entities from each summary).

    `entity_types`: the ontology's types with definitions, one line each, as the prompt shows them."""
    types = "\n".join(entity_types)
    inputs = [{"text": row.summary, "language": row.summary_language, "types": types} for row in summaries]
    asked = ask(annotator, "label", inputs, memo, progress)
    own_fingerprint = annotator.fingerprint("label")
    kept: list[EntityLabels] = []
    rejected: list[Rejected] = []
    for row, reply in zip(summaries, asked.replies, strict=True):
        if reply.error:
            rejected.append(rejection(row, STAGE, LabelReject.NO_REPLY, reply.error))
            continue
        try:
            entities = parse_entities(reply.text)
        except ReplyError as error:
            rejected.append(rejection(row, STAGE, LabelReject.UNUSABLE_REPLY, str(error)))
            continue
        kept.append(
            EntityLabels(
                article_id=row.article_id,
                content_hash=row.content_hash,
                annotator=annotator.name,
                annotator_fingerprint=own_fingerprint,
                text=row.summary,
                text_language=row.summary_language,
                entities=entities,
                country=row.country,
                language=row.language,
            )
        )
    return Outcome(len(summaries), kept, rejected), asked.from_memo, asked.computed
