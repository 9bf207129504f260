"""The fetcher: an address in; a page, or the one reason why there is none, out."""

import datetime as dt

from aiohttp.abc import AbstractResolver

from asknews_ner.acquire.fetch.hops import BUSY, Hops
from asknews_ner.acquire.fetch.log import FetchLog
from asknews_ner.acquire.fetch.rows import Recorder, Request
from asknews_ner.acquire.fetch.rules.tags import statements_of_answer
from asknews_ner.acquire.fetch.settings import FetchSettings
from asknews_ner.acquire.fetch.transport import Answer, Transport
from asknews_ner.acquire.fetch.types import Fetched, FetchFaultError, FetchReject, Kind, NotModified, Page, Refusal
from asknews_ner.recipe import FetchParams
from asknews_ner.records import RobotsDecision

_HTTP_OK, _NOT_MODIFIED = 200, 304
_CLIENT_ERRORS, _SERVER_ERRORS = range(400, 500), range(500, 600)


class Fetcher:
    """`async with` it; then `get` as often, and as much at once, as you like: it keeps the limits."""

    def __init__(
        self, params: FetchParams, settings: FetchSettings, log: FetchLog | None = None, resolver: AbstractResolver | None = None
    ) -> None:
        """`log`: takes a row of each request; `resolver`: looks names up instead of the system, and is checked all the same."""
        self._params = params
        self.log = log or FetchLog()
        self._recorder = Recorder(self.log)
        self._transport = Transport(params, settings, resolver)
        self._hops = Hops(params, settings, self._transport, self._recorder)

    async def __aenter__(self) -> "Fetcher":
        await self._transport.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._transport.__aexit__()

    async def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None, kind: Kind = "page") -> Fetched:
        """See `types.Fetch`."""
        request = Request(url, kind, {"If-None-Match": etag or "", "If-Modified-Since": last_modified or ""})
        try:
            return await self._page(self._with_headers(request))
        except FetchFaultError as fault:
            return Refusal(url, fault.reason, fault.detail, fault.decision, fault.status, fault.final_url)

    def _with_headers(self, request: Request) -> Request:
        given = {name: value for name, value in request.headers.items() if value}
        if not all(value.isascii() and value.isprintable() for value in given.values()):
            fault = FetchFaultError(FetchReject.BAD_ADDRESS, "etag or last_modified hold characters that no header may have")
            raise self._recorder.refused(request, None, fault)
        return Request(request.asked, request.kind, {"Accept": ", ".join(self._hops.limits(request).content_types), **given})

    async def _page(self, request: Request) -> Page | NotModified:
        arrival = await self._hops.follow(request)
        target, answer, decision = arrival.target, arrival.answer, arrival.decision
        now = dt.datetime.now(dt.UTC)
        if answer.status == _NOT_MODIFIED and len(request.headers) > 1:
            self._recorder.answered(request, target, "NOT_MODIFIED", answer, decision)
            return NotModified(request.asked, target.address, now)
        fault = _fault_of(answer)
        if fault is None:
            page = answer.body if request.kind == "page" else b""
            said = statements_of_answer(answer.headers, page, self._params, target.address, now)
            decision = RobotsDecision((*decision.statements, *said))
            if decision.verdict == "disallowed":
                fault = FetchFaultError(FetchReject.AI_OPT_OUT, decision.evidence, answer.status, answer.body_bytes)
        if fault is not None:
            fault.decision = decision
            raise self._recorder.refused(request, target, fault, answer.seconds)
        self._recorder.answered(
            request, target, "FETCHED", answer, decision, "a redirect left https for http" if arrival.downgraded else ""
        )
        return Page(
            url=request.asked,
            final_url=target.address,
            status=answer.status,
            content_type=answer.headers.get("Content-Type", ""),
            body=answer.body,
            fetched_at=now,
            etag=answer.headers.get("ETag"),
            last_modified=answer.headers.get("Last-Modified"),
            decision=decision,
            downgraded=arrival.downgraded,
        )


def _fault_of(answer: Answer) -> FetchFaultError | None:
    """Of a status that means no page."""
    status = answer.status
    if status == _HTTP_OK:
        return None
    if status in BUSY:
        return FetchFaultError(FetchReject.BUSY, f"status {status} at the last attempt", status)
    if status in _CLIENT_ERRORS:
        return FetchFaultError(FetchReject.CLIENT_ERROR, f"status {status}", status)
    if status in _SERVER_ERRORS:
        return FetchFaultError(FetchReject.SERVER_ERROR, f"status {status}", status)
    return FetchFaultError(FetchReject.UNEXPECTED_STATUS, f"status {status}", status)
