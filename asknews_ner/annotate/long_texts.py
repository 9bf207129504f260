"""Texts that are too long: head and tail stay, the cut is marked and counted, never silent.

News puts the facts first and the outlook last, so three quarters of the room go to the beginning."""

CUT = "\n[…]\n"


def shorten(text: str, limit: int) -> str:
    """Head and tail of a text over `limit` characters, the cut marked by […]."""
    if len(text) <= limit:
        return text
    tail = limit // 4
    return text[: limit - tail] + CUT + text[-tail:]
