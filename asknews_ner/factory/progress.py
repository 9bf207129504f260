"""Progress of long stages into a log: a line now and then, with what is done and what is left."""

import time

from asknews_ner.annotate.annotator import Progress
from asknews_ner.factory.stage import Log

_SECONDS_BETWEEN_LINES = 20.0


def logged(log: Log, what: str, total: int) -> Progress:
    """A progress callback that logs at most one line in 20 seconds."""
    done = 0
    said_at = time.monotonic()

    def advance(count: int) -> None:
        nonlocal done, said_at
        done += count
        if time.monotonic() - said_at >= _SECONDS_BETWEEN_LINES:
            said_at = time.monotonic()
            log(f"{what}: {done} of {total} rows")

    return advance
