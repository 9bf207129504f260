"""What can be wrong with a reply: the one list of reasons for which a row leaves after an annotator was asked."""

import re
from dataclasses import dataclass

from asknews_ner.annotate.annotator import FINISHED, Reply
from asknews_ner.records import Reason


class ReplyReject(Reason):
    """Why a row can leave when its reply cannot be used, after all attempts."""

    NO_REPLY = "no reply came: the server stayed away, refused the request, or did not answer in time"
    CUT_OFF = "the answer was cut off at the token limit"
    NO_ROOM = "prompt and answer together do not fit into the model's context"
    LOOPING = "the answer repeats itself without end"
    MALFORMED = "the answer is not the JSON that was asked for"
    EMPTY = "the answer has the right form and says nothing"
    REFUSAL = "the model refused"
    INSTRUCTED = "the answer follows instructions inside the text instead of the task"


CONTEXT_FULL = "context"
"""Our finish reason for `length` where the context, not our limit, ended the answer: a higher limit would not help."""

_CURABLE = frozenset({ReplyReject.CUT_OFF, ReplyReject.LOOPING, ReplyReject.MALFORMED, ReplyReject.EMPTY, ReplyReject.REFUSAL,
                      ReplyReject.INSTRUCTED})  # fmt: skip
_TAIL, _LONGEST_PERIOD = 240, 60
_BLANKS = re.compile(r"\s{80,}")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a reply, and where."""

    reason: ReplyReject
    detail: str

    @property
    def can_be_cured(self) -> bool:
        """Whether another attempt with other settings may do better."""
        return self.reason in _CURABLE

    @property
    def was_cut_off(self) -> bool:
        """Whether it needs more room rather than other words."""
        return self.reason is ReplyReject.CUT_OFF


def fault_of(reply: Reply) -> Fault | None:
    """What the finish reason and the text's end say, without reading the answer."""
    if reply.error:
        return Fault(ReplyReject.NO_REPLY, reply.error)
    if reply.finish == FINISHED:
        return None
    end = f"finish reason `{reply.finish}` after {reply.usage.completion_tokens} tokens; the text ends {reply.text[-80:]!r}"
    if reply.finish == "repetition" or is_looping(reply.text):
        return Fault(ReplyReject.LOOPING, end)
    if reply.finish == CONTEXT_FULL:
        return Fault(ReplyReject.NO_ROOM, f"{reply.usage.prompt_tokens} prompt tokens; {end}")
    if reply.finish == "content_filter":
        return Fault(ReplyReject.REFUSAL, end)
    return Fault(ReplyReject.CUT_OFF, end)


def is_looping(text: str) -> bool:
    """Whether a text ends in the same few characters over and over, or in blanks (a guided decoder allows them between tokens)."""
    tail = text[-_TAIL:]
    if _BLANKS.search(tail):
        return True
    return len(tail) == _TAIL and any(tail[period:] == tail[:-period] for period in range(1, _LONGEST_PERIOD + 1))
