"""Asking for sentences: each call shows a draw of human sentences and asks for new ones (Kamath and Vajjala 2025, facts §2.2).

Two differences from the study, both on purpose: the prompt names the entity types (the study sent bare integers, and its
models confused them), and entities are asked for as quoted spans (the study asked for two lists of equal length, and that
length was its greatest loss)."""

import json
from collections.abc import Sequence
from functools import partial

from asknews_ner.annotate.annotator import Annotator, Progress, TaskInput
from asknews_ner.annotate.ask import ask
from asknews_ner.annotate.tasks import judge
from asknews_ner.dataset.bio import spans
from asknews_ner.fingerprints import stable_seed
from asknews_ner.low_resource.languages import TYPE_DEFINITIONS, TargetLanguage
from asknews_ner.low_resource.records import RawReply, TaggedSentence
from asknews_ner.low_resource.seeds import covering_seeds, random_seeds
from asknews_ner.recipe import GenerateParams
from asknews_ner.records import UNKNOWN_COUNTRY, Outcome, Rejected
from asknews_ner.storage.replies import ReplyStore

STAGE = "generated_replies"


def example_of(sentence: TaggedSentence) -> str:
    """A human sentence as one line of JSON in the form of the answer; the text is the tokens with blanks between."""
    entities = [{"text": " ".join(sentence.tokens[start:end]), "type": name} for start, end, name in spans(sentence.tags)]
    return json.dumps({"text": " ".join(sentence.tokens), "entities": entities}, ensure_ascii=False)


def inputs_of(language: TargetLanguage, human: Sequence[TaggedSentence], params: GenerateParams) -> list[TaskInput]:
    """One input a call, each with its own draw. Raises seeds.SeedError if there are too few human sentences.

    `call` is not shown to the model: it keeps the inputs apart, so that the memo holds as many replies as there are calls
    also where two calls draw the same examples."""
    choose = random_seeds if params.seed_choice == "random" else covering_seeds
    types = "\n".join(f"{name}: {TYPE_DEFINITIONS[name]}" for name in language.types)
    inputs: list[TaskInput] = []
    for call in range(params.calls):
        drawn = choose(human, params.seeds_per_call, stable_seed("low_resource", params.seed, language.code, call))
        inputs.append(
            {
                "language_name": language.name,
                "types": types,
                "examples": "\n".join(map(example_of, drawn)),
                "count": str(params.sentences_per_call),
                "call": str(call),
            }
        )
    return inputs


def generate(
    language: TargetLanguage,
    human: Sequence[TaggedSentence],
    params: GenerateParams,
    annotator: Annotator,
    store: ReplyStore,
    progress: Progress,
) -> tuple[Outcome[RawReply], int, int]:
    """(outcome by call, replies from the memo, replies computed).

    Raises annotate.AnnotatorError if the annotator cannot do the task (the offline one cannot), and seeds.SeedError."""
    asked = ask(annotator, "generate", inputs_of(language, human, params), store, partial(judge, "generate"), progress)
    own_fingerprint = annotator.fingerprint("generate")
    kept: list[RawReply] = []
    rejected: list[Rejected] = []
    for call, answer in enumerate(asked.answers):
        # An answer that was cut off, or went round in circles, still holds whole sentences: they are read out one by one.
        if answer.fault is not None and not answer.text:
            key, reason = f"{language.code}/{call:04d}", answer.fault.reason.name
            rejected.append(Rejected(STAGE, reason, answer.fault.detail, key, UNKNOWN_COUNTRY, language.code, ""))
        else:
            kept.append(RawReply(language.code, call, answer.text, annotator.name, own_fingerprint))
    return Outcome(params.calls, kept, rejected), asked.from_memo, asked.computed
