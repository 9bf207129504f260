"""What a task would cost before it is asked for: tokens, money and time, each with what the figure rests on."""

from collections.abc import Sequence
from dataclasses import dataclass

from asknews_ner.annotate.annotator import TaskInput, Usage
from asknews_ner.annotate.ask import reply_key
from asknews_ner.annotate.llm.annotator import LlmAnnotator
from asknews_ner.annotate.money import usd
from asknews_ner.recipe import Price, TaskName
from asknews_ner.storage.replies import ReplyStore

_PROBES = 64  # prompts that are counted by the server's tokenizer
_ENOUGH_REPLIES = 20  # stored replies from which answer lengths and times are taken
ANSWER_TOKENS: dict[TaskName, int] = {"summarise": 230, "label": 320, "name_topics": 16, "generate": 3000}
"""Assumed where nothing is stored yet: 5 to 8 sentences of 25 words; 16 entities of 20 tokens; a short name; 20 sentences."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """`stored` inputs cost nothing, `to_ask` are new. `usd` is None without a price, `seconds` None before there are replies to go by."""

    task: TaskName
    model: str
    stored: int
    to_ask: int
    prompt_tokens: int
    completion_tokens: int
    usd: float | None
    seconds: float | None
    basis: str


def estimate(task: TaskName, annotator: LlmAnnotator, inputs: Sequence[TaskInput], store: ReplyStore, price: Price | None) -> Estimate:
    """What is not stored yet is counted. Cached tokens are priced as fresh ones, and repeated attempts are in the means of stored
    replies only. Raises AnnotatorError if the server does not answer."""
    decoding, own_fingerprint = annotator.first_decoding(task), annotator.fingerprint(task)
    keys = [reply_key(own_fingerprint, task_input, decoding) for task_input in inputs]
    known = store.known(keys)
    missing = [task_input for key, task_input in zip(keys, inputs, strict=True) if key not in known]
    probes = missing[:: max(1, len(missing) // _PROBES)][:_PROBES]
    counted = annotator.prompt_tokens(task, probes)
    held = next((row for row in store.held() if (row.task, row.annotator) == (task, annotator.name)), None)
    experienced = held is not None and held.replies >= _ENOUGH_REPLIES
    answer = held.completion_tokens / held.replies if held and experienced else ANSWER_TOKENS[task]
    seconds = held.seconds / held.replies * len(missing) / annotator.concurrency if held and experienced else None
    how = f"as the {held.replies} stored" if held and experienced else "assumed"
    usage = Usage(round(sum(counted) / max(1, len(counted)) * len(missing)), 0, round(answer * len(missing)))
    return Estimate(
        task=task,
        model=annotator.name,
        stored=len(inputs) - len(missing),
        to_ask=len(missing),
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        usd=usd(usage, price) if price else None,
        seconds=seconds,
        basis=f"{len(probes)} prompts counted; answers of {answer:.0f} tokens {how}",
    )
