"""The AskNews API's answers, before the SDK sees them: waits where the API asks for it, and errors that hold no secret.

The SDK has no waiting on 429, no time limit, and fails with an AttributeError where an error's body is not JSON (read in its source,
0.14.6). Its client takes any httpx transport, so that all of this has one place below it, for searches and tokens alike."""

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from asknews_ner.acquire.files import SourceError

_BUSY = (429, 502, 503, 504)
_UNAUTHORISED = 401
_GO_ON = "what came before is kept, run again later to go on from there"


class _NotNowError(Exception):
    """The API asks to come back later, or could not be reached."""

    def __init__(self, what: str, seconds: float | None) -> None:
        super().__init__(what)
        self.seconds = seconds


class PatientTransport(httpx.BaseTransport):
    """Sends requests again after 429, 502 to 504 and lost connections. Raises SourceError when it gives up, naming path and status only.

    `sleep`: waits for seconds. `longest_wait_seconds`: when the API asks for more, it gives up at once."""

    def __init__(
        self,
        attempts: int,
        longest_wait_seconds: float,
        inner: httpx.BaseTransport | None = None,
        sleep: Callable[[float], Any] = time.sleep,
    ) -> None:
        self._inner = inner or httpx.HTTPTransport()
        self._longest = longest_wait_seconds
        self._retrying = Retrying(
            stop=stop_after_attempt(attempts),
            wait=self._wait,
            retry=retry_if_exception_type(_NotNowError),
            sleep=sleep,
            reraise=True,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The first answer that is not a request to come back later."""
        try:
            return self._retrying(self._once, request)
        except _NotNowError as error:
            # `from None`: the chained exceptions hold the request, and with it the credentials.
            raise SourceError(f"AskNews {request.url.path}: {error}; {_GO_ON}") from None

    def close(self) -> None:
        """Closes its connections."""
        self._inner.close()

    def _once(self, request: httpx.Request) -> httpx.Response:
        try:
            answer = self._inner.handle_request(request)
            answer.read()
        except httpx.TransportError as error:
            raise _NotNowError(f"no answer ({type(error).__name__})", None) from None
        if answer.status_code in _BUSY:
            wait = _asked_wait(answer.headers.get("retry-after", ""))
            if wait is not None and wait > self._longest:
                raise SourceError(
                    f"AskNews {request.url.path}: status {answer.status_code}, come back in {wait:.0f} s, which is longer than the "
                    f"recipe's sources.asknews.longest_wait_seconds; {_GO_ON}"
                )
            raise _NotNowError(f"status {answer.status_code}", wait)
        if answer.status_code == _UNAUTHORISED:
            # In the one form that the SDK reads; it then asks for a new token, once.
            return httpx.Response(_UNAUTHORISED, json={"code": 401000, "detail": "Unauthorized"}, request=request)
        if answer.is_error:
            raise SourceError(f"AskNews {request.url.path}: status {answer.status_code}: {answer.text[:200]}")
        return answer

    def _wait(self, state: RetryCallState) -> float:
        fault = state.outcome.exception() if state.outcome else None
        asked = fault.seconds if isinstance(fault, _NotNowError) else None
        return min(2.0**state.attempt_number, self._longest) if asked is None else asked


def _asked_wait(value: str) -> float | None:
    """Seconds of a Retry-After header, which may also be a date; None if it says nothing."""
    value = value.strip()
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None
