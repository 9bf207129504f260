"""Asking: the store first, then the annotator; every reply is stored before it is used, and paid for once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from asknews_ner.annotate.annotator import FINISHED, Annotator, Decoding, Progress, Reply, Request, TaskInput, Usage
from asknews_ner.annotate.faults import Fault, fault_of
from asknews_ner.annotate.money import Budget
from asknews_ner.fingerprints import fingerprint, source_mark
from asknews_ner.recipe import TaskName
from asknews_ner.storage.replies import ReplyStore, ReplyWriter, StoredReply

Judge = Callable[[TaskInput, str], Fault | None]
"""What is wrong with a finished answer to an input; None if it can be used."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one input: the last attempt's text, or the fault that all attempts ended with, and what they cost in all."""

    text: str
    fault: Fault | None
    usage: Usage
    attempts: int
    cut_characters: int
    from_store: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Answers in the order of the inputs. `from_memo` counts inputs that cost nothing now, `computed` the others."""

    answers: list[Answer]
    from_memo: int
    computed: int


def reply_key(own_fingerprint: str, task_input: TaskInput, decoding: Decoding) -> str:
    """The store's key of one request: the annotator's fingerprint for the task (served model, template, schema), decoding settings,
    and input."""
    how = [decoding.attempt, decoding.temperature, decoding.max_output_tokens, decoding.presence_penalty, decoding.sample]
    return fingerprint("reply", own_fingerprint, how, dict(task_input))


def ask(
    annotator: Annotator,
    task: TaskName,
    inputs: Sequence[TaskInput],
    store: ReplyStore,
    judge: Judge,
    progress: Progress,
    made_of: Sequence[Sequence[str]] = (),
) -> Asked:
    """Answers to all inputs. `made_of`: ids of the articles in each input; the store notes them, so that a takedown finds the replies.

    A fault leads to another attempt with other settings, as long as the annotator has any left.

    A killed process loses the replies that were in flight, no other. Attempts that got no reply at all (a server that stays away)
    are noted as failures and asked again next time. Raises BudgetError when the annotator's budget is used up."""
    first, own_fingerprint = annotator.first_decoding(task), annotator.fingerprint(task)
    budget = annotator.budget
    requests = [Request(index, task_input, first, reply_key(own_fingerprint, task_input, first)) for index, task_input in enumerate(inputs)]
    stored = store.get_many(sorted({request.key for request in requests}))
    sources = [[source_mark(article_id) for article_id in ids] for ids in made_of] or [[] for _ in inputs]
    with store.writer() as writer:
        asking = _Asking(annotator, own_fingerprint, task, store, writer, judge, progress, stored, sources)
        missing = [following for request in requests if (following := asking.from_store(request)) is not None]
        if missing:
            annotator.answer(task, _while_there_is_room(missing, budget, store), asking.deliver)
        writer.link(asking.links)
    if budget is not None and len(asking.done) < len(inputs):
        raise budget.error(len(asking.done), len(inputs))
    answers = [asking.done[index] for index in range(len(inputs))]
    from_memo = sum(answer.from_store for answer in answers)
    return Asked(answers, from_memo, len(answers) - from_memo)


def _while_there_is_room(requests: Sequence[Request], budget: Budget | None, store: ReplyStore) -> Iterator[Request]:
    """Ends early when the budget is used up: nothing more is sent, and what is in flight may come back."""
    for request in requests:
        if budget is not None and not budget.has_room(store):
            return
        yield request


@dataclass
class _Asking:
    annotator: Annotator
    own_fingerprint: str
    task: TaskName
    store: ReplyStore
    writer: ReplyWriter
    judge: Judge
    progress: Progress
    stored: dict[str, StoredReply]
    sources: Sequence[Sequence[str]]
    links: list[tuple[str, str]] = field(default_factory=list)
    done: dict[int, Answer] = field(default_factory=dict)
    cost: dict[int, Usage] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)

    def from_store(self, request: Request | None) -> Request | None:
        """Follow an input's attempts as far as their replies are stored; gives the first that must be asked, if any."""
        while request is not None:
            if request.key not in self.stored and request.decoding.attempt > 1:
                self.stored.update(self.store.get_many([request.key]))
            if request.key not in self.stored:
                return request
            self.links += [(source, request.key) for source in self.sources[request.index]]
            request = self._judged(request, _reply(self.stored[request.key]))
        return None

    def deliver(self, request: Request, reply: Reply) -> Request | None:
        """Store a reply, judge it, and give the attempt that follows."""
        self.asked.add(request.index)
        if reply.error:
            self.writer.put_failure(request.key, self.task, self.annotator.name, reply.error)
        else:
            row = StoredReply(
                key=request.key,
                task=self.task,
                annotator=self.annotator.name,
                served=self.annotator.served,
                attempt=request.decoding.attempt,
                finish=reply.finish,
                text=reply.text,
                prompt_tokens=reply.usage.prompt_tokens,
                cached_tokens=reply.usage.cached_tokens,
                completion_tokens=reply.usage.completion_tokens,
                seconds=reply.usage.seconds,
                cut_characters=reply.cut_characters,
            )
            self.writer.put(row, self.sources[request.index])
            if self.annotator.budget is not None:
                self.annotator.budget.spend(self.annotator.name, reply.usage)
            self.stored[request.key] = row  # the same input may be asked twice in one batch
        return self.from_store(self._judged(request, reply))

    def _judged(self, request: Request, reply: Reply) -> Request | None:
        cost = self.cost[request.index] = self.cost.get(request.index, Usage()) + reply.usage
        fault = fault_of(reply) or (self.judge(request.task_input, reply.text) if reply.finish == FINISHED else None)
        if fault is not None and fault.can_be_cured and request.decoding.attempt < self.annotator.attempts:
            decoding = request.decoding.longer() if fault.was_cut_off else request.decoding.looser()
            return Request(request.index, request.task_input, decoding, reply_key(self.own_fingerprint, request.task_input, decoding))
        from_store = request.index not in self.asked
        self.done[request.index] = Answer(reply.text, fault, cost, request.decoding.attempt, reply.cut_characters, from_store)
        self.progress(1, 0 if from_store else cost.prompt_tokens + cost.completion_tokens)
        return None


def _reply(row: StoredReply) -> Reply:
    usage = Usage(row.prompt_tokens, row.cached_tokens, row.completion_tokens, row.seconds)
    return Reply(row.text, row.finish, usage=usage, cut_characters=row.cut_characters)
