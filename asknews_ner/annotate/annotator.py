"""What an annotator is: whoever answers requests, an LLM behind an endpoint or the offline rules."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from asknews_ner.recipe import TaskName

if TYPE_CHECKING:
    from asknews_ner.annotate.money import Budget

TaskInput = Mapping[str, str]
"""The fields of one request, such as title, text and language."""


class Progress(Protocol):
    """Called with the number of rows just done, and of the tokens that a server read and wrote for them now."""

    def __call__(self, rows: int, tokens: int = 0, /) -> None:
        """Note it."""
        ...


FINISHED = "stop"
"""The only finish reason that is an answer: a server that shuts down sends half of one with HTTP 200 and `abort` (vLLM 0.32)."""

LOST = "lost"
"""Our finish reason for a request that got no answer as long as our patience lasted."""


class AnnotatorError(RuntimeError):
    """No reply can be had at all (server unreachable, unknown model, task not possible); says what to do."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the server counted them (`cached` of the prompt came from its prefix cache), and seconds from request to reply."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.cached_tokens + other.cached_tokens,
            self.completion_tokens + other.completion_tokens,
            self.seconds + other.seconds,
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """The raw reply to one request, as it came; `error` says why there is none. `cut_characters` of the text were left out of the
    prompt, because the model's context does not hold them."""

    text: str
    finish: str = FINISHED
    error: str = ""
    usage: Usage = Usage()
    cut_characters: int = 0


@dataclass(frozen=True, slots=True)
class Decoding:
    """How an attempt is decoded. The first is the recipe's; later ones differ, since the same request would fail the same way."""

    attempt: int
    temperature: float
    max_output_tokens: int
    presence_penalty: float = 0.0
    sample: int = 0

    def longer(self) -> "Decoding":
        """The next attempt for an answer that was cut off."""
        return replace(self, attempt=self.attempt + 1, max_output_tokens=self.max_output_tokens * 2)

    def looser(self) -> "Decoding":
        """The next attempt for an answer that went round in circles, or was not usable: greedy decoding would repeat it."""
        return replace(self, attempt=self.attempt + 1, temperature=max(self.temperature, 0.5), presence_penalty=0.5)


@dataclass(frozen=True, slots=True)
class Request:
    """One question: which input it belongs to, the input, how to decode, and the key under which the reply is stored."""

    index: int
    task_input: TaskInput
    decoding: Decoding
    key: str


Deliver = Callable[[Request, Reply], Request | None]
"""Takes a reply as soon as it is there; gives the request that follows from it (another attempt), if any."""


class Annotator(Protocol):
    """Whoever does a task. Its name stands in every record, its fingerprint in every key of the store."""

    @property
    def name(self) -> str:
        """`offline`, `apertium+offline` or the model's name."""
        ...

    @property
    def served(self) -> str:
        """What the server says that it serves (model, revision, version), as JSON; empty for rules."""
        ...

    def fingerprint(self, task: TaskName) -> str:
        """Hash of everything that shapes this task's replies, except input and decoding: model, template, schema, rules."""
        ...

    def first_decoding(self, task: TaskName) -> Decoding:
        """How the first attempt is decoded."""
        ...

    @property
    def budget(self) -> "Budget | None":
        """The limit on spending, if there is one."""
        ...

    @property
    def attempts(self) -> int:
        """How often one input may be asked, with other settings each time; 1 for rules, which would say the same."""
        ...

    def answer(self, task: TaskName, requests: Iterable[Request], deliver: Deliver) -> None:
        """Answer all requests, in any order, and those that `deliver` gives back. Takes each request when it can send it, and
        returns when none is left.

        Raises AnnotatorError where going on makes no sense; requests in flight are then cancelled, none is left hanging."""
        ...
