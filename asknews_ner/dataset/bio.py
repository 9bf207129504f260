"""BIO tags: spans written as tags, tags mended, and spans read off them."""

from collections.abc import Sequence
from typing import Protocol

OUTSIDE = "O"


class LabelledSpan(Protocol):
    """Words `start` to `end` (inclusive) of a type."""

    @property
    def start(self) -> int:
        """First word."""
        ...

    @property
    def end(self) -> int:
        """Last word."""
        ...

    @property
    def label(self) -> str:
        """Entity type."""
        ...


def bio(words: int, spans: Sequence[LabelledSpan]) -> list[str]:
    """`B-type` begins a span, `I-type` goes on with it, `O` is outside. Spans do not overlap."""
    tags = [OUTSIDE] * words
    for span in spans:
        tags[span.start : span.end + 1] = [f"B-{span.label}"] + [f"I-{span.label}"] * (span.end - span.start)
    return tags


def type_of(tag: str) -> str:
    """Entity type of a tag, empty for `O`."""
    return tag[2:] if tag[:2] in ("B-", "I-") else ""


def mend(tags: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """(tags, number changed). The one rule: an I tag that continues no entity of its own type becomes B.

    That is how seqeval reads such a tag too, so no entity is added, lost or moved. Tags outside the scheme stay."""
    mended: list[str] = []
    previous = ""
    for tag in tags:
        name = type_of(tag)
        mended.append(f"B-{name}" if tag.startswith("I-") and name != previous else tag)
        previous = name
    return tuple(mended), sum(new != old for new, old in zip(mended, tags, strict=True))


def spans(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """(first token, end token exclusive, type) of each entity, in order; an I tag without a beginning begins one."""
    found: list[tuple[int, int, str]] = []
    for index, tag in enumerate(mend(tags)[0]):
        if tag.startswith("B-"):
            found.append((index, index + 1, type_of(tag)))
        elif tag.startswith("I-"):
            start, _, name = found[-1]
            found[-1] = (start, index + 1, name)
    return found
