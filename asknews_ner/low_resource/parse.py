"""Raw replies → sentences not yet judged. Pure code over stored text: free to improve without asking again.

Two forms are read: this project's (`sentences` of `text` and quoted `entities`, read by `recover_quoted`), and the study's
(`tokens` and integer `ner_tags`, read by `recover`). What cannot be read leaves with a reason and is counted."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from asknews_ner.annotate.replies import ReplyError
from asknews_ner.low_resource.languages import TargetLanguage
from asknews_ner.low_resource.records import GeneratedSentence, RawReply
from asknews_ner.low_resource.recover import Datapoint, Loss, recover
from asknews_ner.low_resource.recover_quoted import Quoted, recover_quoted
from asknews_ner.low_resource.spans import TaggedText, tag_text
from asknews_ner.records import UNKNOWN_COUNTRY, EntityMention, Outcome, Reason, Rejected

STAGE = "generated_sentences"

Item = TaggedText | tuple["ParseReject", str]
"""A sentence, or why a datapoint (or a whole reply) gives none."""


class ParseReject(Reason):
    """Why a datapoint can leave here; NO_DATAPOINTS and UNUSABLE_REPLY stand for a whole reply."""

    NO_DATAPOINTS = "the reply holds no datapoint"
    UNUSABLE_REPLY = "the reply is not the JSON object that was asked for"
    MALFORMED = "a datapoint lacks its fields, or they are not lists of plain values"
    UNREADABLE = "a datapoint's JSON is damaged beyond the known mendings"
    PLACEHOLDER = "the model wrote `...` in place of a datapoint's values"
    CUT_OFF = "the reply ends, or the next datapoint begins, inside a datapoint"


_LOSSES = {
    Loss.MALFORMED: ParseReject.MALFORMED,
    Loss.UNREADABLE: ParseReject.UNREADABLE,
    Loss.PLACEHOLDER: ParseReject.PLACEHOLDER,
    Loss.CUT_OFF: ParseReject.CUT_OFF,
}


def parse_replies(replies: Iterable[RawReply]) -> Outcome[GeneratedSentence]:
    """Sentences from replies in this project's form; one lost entry per unusable datapoint or reply.

    A tag is made of the type as the model wrote it, in upper case; whether it is known is for `filters` to say."""
    return _collect(replies, _items_of_spans)


def parse_study_replies(replies: Iterable[RawReply], language: TargetLanguage) -> Outcome[GeneratedSentence]:
    """Sentences from the study's released replies. Integers are places in the language's tags; others stand as they came."""
    return _collect(replies, lambda reply: [_study_item(item, language.tags) for item in recover(reply.text)])


@dataclass
class _Collected:
    kept: list[GeneratedSentence] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def _collect(replies: Iterable[RawReply], items_of: Callable[[RawReply], Sequence[Item]]) -> Outcome[GeneratedSentence]:
    rows = _Collected()
    seen = 0
    for reply in replies:
        items = items_of(reply) or [(ParseReject.NO_DATAPOINTS, f"the reply begins {reply.text[:80]!r}")]
        for position, item in enumerate(items):
            seen += 1
            key = f"{reply.language}/{reply.call:04d}/{position:02d}"
            if isinstance(item, TaggedText):
                rows.kept.append(
                    GeneratedSentence(
                        sentence_id=key,
                        language=reply.language,
                        call=reply.call,
                        position=position,
                        tokens=item.tokens,
                        tags=item.tags,
                        unaligned=item.unaligned,
                        notes=item.notes,
                        annotator=reply.annotator,
                        annotator_fingerprint=reply.annotator_fingerprint,
                    )
                )
            else:
                reason, detail = item
                rows.rejected.append(Rejected(STAGE, reason.name, detail, key, UNKNOWN_COUNTRY, reply.language, ""))
    return Outcome(seen, rows.kept, rows.rejected)


def _items_of_spans(reply: RawReply) -> list[Item]:
    try:
        found = recover_quoted(reply.text, reply.finished)
    except ReplyError as error:
        return [(ParseReject.UNUSABLE_REPLY, str(error))]
    return [_span_item(item.value, item.mendings) if isinstance(item, Quoted) else (_LOSSES[item[0]], item[1]) for item in found]


def _span_item(sentence: object, mendings: tuple[str, ...]) -> Item:
    text, entities = (sentence.get("text"), sentence.get("entities")) if isinstance(sentence, dict) else (None, None)
    if not isinstance(text, str) or not isinstance(entities, list):
        return ParseReject.MALFORMED, f"no `text` and `entities`: {sentence!r:.100}"
    mentions = []
    for entity in entities:
        if not isinstance(entity, dict) or not isinstance(entity.get("text"), str) or not isinstance(entity.get("type"), str):
            return ParseReject.MALFORMED, f"an entity without `text` and `type` as strings: {entity!r:.100}"
        mentions.append(EntityMention(entity["text"], entity["type"]))
    tagged = tag_text(text, mentions)
    return replace(tagged, notes=(*mendings, *tagged.notes)) if mendings else tagged


def _study_item(item: Datapoint | tuple[Loss, str], tags: Sequence[str]) -> Item:
    if not isinstance(item, Datapoint):
        loss, detail = item
        return _LOSSES[loss], detail
    named = tuple(_tag_name(tag, tags) for tag in item.tags)
    return TaggedText(item.tokens, named, (), item.mendings)


def _tag_name(tag: str, tags: Sequence[str]) -> str:
    """The tag at an integer's place; a tag given by name, or out of range, stands as it came."""
    return tags[int(tag)] if tag.isdecimal() and int(tag) < len(tags) else tag
