"""BIO tags: mending them, and reading spans off them."""

from collections.abc import Sequence

OUTSIDE = "O"


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
