"""Which stored reply an answer came from: the keys that its attempts can have had, made again from the row and the recipe."""

from asknews_ner.annotate.annotator import Decoding, TaskInput
from asknews_ner.annotate.ask import reply_key
from asknews_ner.recipe import OFFLINE, ModelChoice, PanelMember


def first_decoding(choice: ModelChoice) -> Decoding:
    """How the first attempt is decoded, by whoever the recipe chooses: the annotators say the same of themselves."""
    if choice.model == OFFLINE:
        return Decoding(1, 0.0, 0)
    sample = choice.sample if isinstance(choice, PanelMember) else 0
    return Decoding(1, choice.temperature, choice.max_output_tokens, sample=sample)


def possible_keys(own_fingerprint: str, task_input: TaskInput, choice: ModelChoice) -> list[str]:
    """Keys of all attempts that may have been made, the last ones first: the first of them that the store holds was the answer.

    Each attempt follows from the one before, with more room or looser decoding, so that there are 2ⁿ − 1 of n attempts."""
    attempts = [[first_decoding(choice)]]
    for _ in range(1, 1 if choice.model == OFFLINE else choice.attempts):
        attempts.append([following for decoding in attempts[-1] for following in (decoding.longer(), decoding.looser())])
    return [reply_key(own_fingerprint, task_input, decoding) for same in reversed(attempts) for decoding in same]
