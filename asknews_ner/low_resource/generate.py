"""Asking for sentences: each call shows human sentences and asks for new ones (Kamath and Vajjala 2025, facts §2.2).

Two forms. `study` is theirs: rows of tokens and integers, no legend. `ours` names the entity types (without a legend the study's models
confused the integers) and asks for entities as quoted spans (two lists of equal length were the study's greatest loss)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from asknews_ner.annotate.annotator import Annotator, Progress, TaskInput
from asknews_ner.annotate.ask import Answer, ask
from asknews_ner.annotate.faults import ReplyReject
from asknews_ner.annotate.tasks import FORM, STUDY_FORM, TYPE_NAMES, judge
from asknews_ner.dataset.bio import spans
from asknews_ner.low_resource.calls import Call
from asknews_ner.low_resource.languages import TYPE_DEFINITIONS, TargetLanguage
from asknews_ner.low_resource.parse import parse_replies, parse_study_replies
from asknews_ner.low_resource.records import GeneratedSentence, RawReply, TaggedSentence
from asknews_ner.low_resource.seeds import frequent_surfaces
from asknews_ner.recipe import GenerateParams
from asknews_ner.records import UNKNOWN_COUNTRY, Outcome, Rejected, Spend
from asknews_ner.storage.replies import ReplyStore

STAGE = "generated_replies"
_HOLDS_WHOLE_SENTENCES = frozenset({ReplyReject.CUT_OFF, ReplyReject.LOOPING, ReplyReject.NO_ROOM})


@dataclass(frozen=True)
class Generated:
    """What came of all calls: replies and calls without one, what each cost, and how many came from the store."""

    outcome: Outcome[RawReply]
    spend: list[Spend]
    from_memo: int
    computed: int


def example_of(sentence: TaggedSentence) -> str:
    """A human sentence as one line of JSON in the form of our answer; the text is the tokens with blanks between."""
    entities = [{"text": " ".join(sentence.tokens[start:end]), "type": name} for start, end, name in spans(sentence.tags)]
    return json.dumps({"text": " ".join(sentence.tokens), "entities": entities}, ensure_ascii=False)


def study_example_of(sentence: TaggedSentence, tags: Sequence[str]) -> str:
    """A human sentence as one line of JSON in the form of the study: tokens, and each tag's place among `tags`."""
    places = {tag: place for place, tag in enumerate(tags)}
    return json.dumps({"tokens": sentence.tokens, "ner_tags": [places[tag] for tag in sentence.tags]}, ensure_ascii=False)


def inputs_of(
    language: TargetLanguage,
    calls: Sequence[Call],
    human: Sequence[TaggedSentence],
    params: GenerateParams,
    definitions: Mapping[str, str] = TYPE_DEFINITIONS,
) -> list[TaskInput]:
    """One input a call. `definitions`: of the language's types, as the prompt explains them.

    `call` is not shown to the model: it keeps the inputs apart, so that the memo holds as many replies as there are calls also where two
    calls show the same."""
    shared = {"language_name": language.name, "count": str(params.sentences_per_call)}
    if params.form == "study":
        return [
            {
                **shared,
                FORM: STUDY_FORM,
                "examples": "\n".join(study_example_of(seed, language.tags) for seed in call.seeds),
                "call": str(call.number),
            }
            for call in calls
        ]
    types = "\n".join(f"{name}: {definitions[name]}" for name in language.types)
    avoid = ", ".join(frequent_surfaces(human, params.avoid_surfaces))
    return [
        {
            **shared,
            "types": types,
            TYPE_NAMES: "\n".join(language.types),
            "examples": "\n".join(map(example_of, call.seeds)),
            "avoid": avoid,
            "topic": call.topic,
            "news": "\n\n".join(text.text for text in call.news),
            "call": str(call.number),
        }
        for call in calls
    ]


def generate(
    language: TargetLanguage,
    calls: Sequence[Call],
    inputs: Sequence[TaskInput],
    annotator: Annotator,
    store: ReplyStore,
    progress: Progress,
) -> Generated:
    """Ask all calls. An answer that was cut off, or went round in circles, still holds whole sentences, and stays.

    Raises annotate.AnnotatorError if the annotator cannot do the task (the offline one cannot), BudgetError when there is no room."""
    made_of = [[text.article_id for text in call.news] for call in calls]
    asked = ask(annotator, "generate", inputs, store, partial(judge, "generate"), progress, made_of)
    own_fingerprint = annotator.fingerprint("generate")
    kept: list[RawReply] = []
    rejected: list[Rejected] = []
    for call, answer in zip(calls, asked.answers, strict=True):
        fault = answer.fault
        if fault is not None and not (answer.text and fault.reason in _HOLDS_WHOLE_SENTENCES):
            key = f"{language.code}/{call.number:04d}"
            rejected.append(Rejected(STAGE, fault.reason.name, fault.detail, key, UNKNOWN_COUNTRY, language.code, ""))
        else:
            kept.append(RawReply(language.code, call.number, answer.text, annotator.name, own_fingerprint, fault is None))
    spend = [_spend(language, call, annotator.name, answer) for call, answer in zip(calls, asked.answers, strict=True)]
    return Generated(Outcome(len(calls), kept, rejected), spend, asked.from_memo, asked.computed)


def sentences_of(
    language: TargetLanguage, calls: Sequence[Call], replies: Sequence[RawReply], params: GenerateParams
) -> Outcome[GeneratedSentence]:
    """The replies' sentences, not yet judged, each with the subject and the articles of its call."""
    parsed = parse_study_replies(replies, language) if params.form == "study" else parse_replies(replies)
    shown = {call.number: (call.topic, tuple(text.article_id for text in call.news)) for call in calls}
    kept = [replace(row, topic=shown[row.call][0], grounded_by=shown[row.call][1]) for row in parsed.kept]
    return Outcome(parsed.seen, kept, parsed.rejected)


def _spend(language: TargetLanguage, call: Call, annotator: str, answer: Answer) -> Spend:
    usage = answer.usage
    return Spend(
        article_id=f"{language.code}/{call.number:04d}",
        task="generate",
        annotator=annotator,
        attempts=answer.attempts,
        prompt_tokens=usage.prompt_tokens,
        cached_tokens=usage.cached_tokens,
        completion_tokens=usage.completion_tokens,
        seconds=round(usage.seconds, 3),
        country=UNKNOWN_COUNTRY,
        language=language.code,
    )
