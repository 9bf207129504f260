"""Progress of long stages into a log: a line now and then, with what is done and what is left."""

import time

from asknews_ner.annotate.annotator import Progress
from asknews_ner.factory.stage import Log

_SECONDS_BETWEEN_LINES = 20.0


def logged(log: Log, what: str, total: int) -> Progress:
    """A progress callback that logs at most one line in 20 seconds: rows done, tokens a second, time left."""
    done = tokens = 0
    started = said_at = time.monotonic()

    def advance(rows: int, of_tokens: int = 0, /) -> None:
        nonlocal done, tokens, said_at
        done, tokens, now = done + rows, tokens + of_tokens, time.monotonic()
        if now - said_at >= _SECONDS_BETWEEN_LINES:
            said_at = now
            speed = f", {tokens / (now - started):,.0f} tokens/s" if tokens else ""
            left = (total - done) * (now - started) / done
            log(f"{what}: {done} of {total} rows{speed}, about {left / 60:.0f} min left")

    return advance
