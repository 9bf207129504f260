"""Examples with their places in the text: the one function that turns spans over words into spans over characters."""

import unicodedata
from collections.abc import Sequence

from asknews_ner.dataset.release.errors import ReleaseError
from asknews_ner.records import DatasetExample, NerSpan, ReleasedExample, ReleasedSpan


def token_starts(text: str, tokens: Sequence[str]) -> list[int]:
    """First character of each word. Words are the text without its blanks and invisible characters, in order.

    Raises ReleaseError where they are not."""
    starts: list[int] = []
    position = 0
    for number, token in enumerate(tokens):
        while position < len(text) and not text.startswith(token, position) and _takes_no_part(text[position]):
            position += 1
        if not token or not text.startswith(token, position):
            raise ReleaseError(
                f"word {number} {token!r} does not stand at character {position} of its text ({text[position : position + 40]!r}): "
                "labels and examples are of different versions, run the pipeline again"
            )
        starts.append(position)
        position += len(token)
    return starts


def _takes_no_part(character: str) -> bool:
    """Blanks, control and format characters, which may stand between words."""
    return character.isspace() or unicodedata.category(character) in {"Cc", "Cf"}


def span_places(text: str, tokens: Sequence[str], starts: Sequence[int], spans: Sequence[NerSpan]) -> list[ReleasedSpan]:
    """The spans with their characters, from the first one of the first word to the last one of the last word."""
    found = []
    for span in spans:
        first, last = starts[span.start], starts[span.end] + len(tokens[span.end])
        found.append(ReleasedSpan(span.start, span.end, span.label, first, last, text[first:last]))
    return found


def released(row: DatasetExample, text: str, publisher: str) -> ReleasedExample:
    """An example as it is released."""
    starts = token_starts(text, row.tokens)
    return ReleasedExample(
        article_id=row.article_id,
        split=row.split,
        text=text,
        tokens=row.tokens,
        token_starts=tuple(starts),
        spans=tuple(span_places(text, row.tokens, starts, row.spans)),
        topic=row.topic,
        topic_id=row.topic_id,
        window=row.window,
        annotator=row.annotator,
        summarised_by=row.summarised_by,
        text_language=row.text_language,
        country=row.country,
        language=row.language,
        publisher=publisher,
        published_at=row.published_at,
    )
