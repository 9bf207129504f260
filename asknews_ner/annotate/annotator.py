"""What an annotator is, and how it is asked: every reply is stored before it is used, and asked for once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from asknews_ner.fingerprints import fingerprint
from asknews_ner.recipe import TaskName
from asknews_ner.storage.memo import Memo

TaskInput = Mapping[str, str]
"""The fields of one request, such as title, text and language."""

Progress = Callable[[int], None]
"""Called with the number of rows just done."""


class AnnotatorError(RuntimeError):
    """No reply can be had at all (server unreachable, unknown model, task not possible); says what to do."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The raw reply to one request, as it came; or why there is none."""

    text: str
    error: str = ""


class Annotator(Protocol):
    """Whoever does a task. Its name stands in every record, its fingerprint in every key of the memo."""

    @property
    def name(self) -> str:
        """`offline`, `apertium+offline` or the model's name."""
        ...

    def fingerprint(self, task: TaskName) -> str:
        """Hash of everything that shapes this task's replies: model, template, schema, decoding, rules."""
        ...

    def replies(self, task: TaskName, inputs: Sequence[TaskInput]) -> Iterator[tuple[int, Reply]]:
        """(index of the input, reply) in any order, each as soon as it is there."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """Replies in the order of the inputs, and what they cost."""

    replies: list[Reply]
    from_memo: int
    computed: int


def reply_key(annotator: Annotator, task: TaskName, task_input: TaskInput) -> str:
    """The memo's key of one request."""
    return fingerprint("reply", task, annotator.fingerprint(task), dict(task_input))


def ask(annotator: Annotator, task: TaskName, inputs: Sequence[TaskInput], memo: Memo, progress: Progress, commit_every: int = 64) -> Asked:
    """Replies to all inputs: from the memo where stored, asked for otherwise and stored in small batches.

    A killed process loses at most the replies since the last commit. Failures are not stored: they are asked again."""
    keys = [reply_key(annotator, task, task_input) for task_input in inputs]
    stored = memo.get_many(sorted(set(keys)))
    replies = [Reply(stored[key].decode()) if key in stored else None for key in keys]
    missing = [index for index, reply in enumerate(replies) if reply is None]
    progress(len(inputs) - len(missing))
    pending: dict[str, bytes] = {}
    try:
        for position, reply in annotator.replies(task, [inputs[index] for index in missing]):
            index = missing[position]
            replies[index] = reply
            if not reply.error:
                # A lone surrogate cannot be stored as UTF-8; it is no character and becomes a question mark.
                pending[keys[index]] = reply.text.encode(errors="replace")
            if len(pending) >= commit_every:
                memo.put_many(task, pending)
                pending.clear()
            progress(1)
    finally:
        memo.put_many(task, pending)  # also when the annotator broke off: what was answered was paid for
    answered = [reply if reply is not None else Reply("", "the annotator gave no reply") for reply in replies]
    return Asked(answered, from_memo=len(inputs) - len(missing), computed=len(missing))
