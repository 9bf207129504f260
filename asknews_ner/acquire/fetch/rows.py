"""One row for each request, whatever came of it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from asknews_ner.acquire.fetch.log import FetchLog
from asknews_ner.acquire.fetch.targets import Target
from asknews_ner.acquire.fetch.transport import Answer
from asknews_ner.acquire.fetch.types import FetchFaultError, Kind
from asknews_ner.records import FetchRow, RobotsDecision

_MAX_DETAIL = 500


@dataclass(frozen=True)
class Request:
    """What a caller asked for: the address, before redirects, and how."""

    asked: str
    kind: Kind
    headers: Mapping[str, str]


class Recorder:
    """Writes rows to the log."""

    def __init__(self, log: FetchLog) -> None:
        self._log = log

    def answered(
        self, request: Request, target: Target, outcome: str, answer: Answer, decision: RobotsDecision | None = None, detail: str = ""
    ) -> None:
        """`outcome`: as `FetchRow` has it."""
        self._add(request, target, outcome, answer.status, answer.body_bytes, answer.seconds, decision, detail)

    def refused(self, request: Request, target: Target | None, fault: FetchFaultError, seconds: float = 0.0) -> FetchFaultError:
        """Returns the fault, to be raised. `target`: None where the address cannot be read."""
        fault.final_url = target.address if target else ""
        self._add(request, target, fault.reason.name, fault.status, fault.body_bytes, seconds, fault.decision, fault.detail)
        return fault

    def _add(
        self,
        request: Request,
        target: Target | None,
        outcome: str,
        status: int,
        body_bytes: int,
        seconds: float,
        decision: RobotsDecision | None,
        detail: str,
    ) -> None:
        self._log.add(
            FetchRow(
                at=dt.datetime.now(dt.UTC),
                asked=_storable(request.asked),
                url=target.address if target else _storable(request.asked),
                host=target.host if target else "",
                kind=request.kind,
                outcome=outcome,
                status=status,
                body_bytes=body_bytes,
                seconds=round(seconds, 6),
                robots=decision.verdict if decision and decision.statements else "",
                detail=_storable(detail)[:_MAX_DETAIL],
            )
        )


def _storable(text: str) -> str:
    """Bounded, and without lone surrogates, which no file takes."""
    return text[:4096].encode("utf-8", "replace").decode()
